/** The coded errors of the gateway point. Leaves denials out: those are decisions, not errors. */

import { CodedError } from '@pullgate/errors';

export const GATEWAY_ERROR_CODES = ['CONFIG_INVALID'] as const;
export type GatewayErrorCode = (typeof GATEWAY_ERROR_CODES)[number];

export class GatewayError extends CodedError<GatewayErrorCode> {
  override readonly name = 'GatewayError';
}
