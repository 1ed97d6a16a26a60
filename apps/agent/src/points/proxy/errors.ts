/** The coded errors of the proxy point. Leaves denials out: those are decisions, not errors. */

import { CodedError } from '@pullgate/errors';

export const PROXY_ERROR_CODES = ['CONFIG_INVALID', 'PORT_TAKEN', 'LISTEN_FAILED'] as const;
export type ProxyErrorCode = (typeof PROXY_ERROR_CODES)[number];

export class ProxyError extends CodedError<ProxyErrorCode> {
  override readonly name = 'ProxyError';
}
