/** What the control plane's child answers to `up`: set-up, owner tokens, start. */

import {
  type ControlPlane,
  isSetUp,
  issueOwnerToken,
  parseControlPlaneConfig,
  type SetUpRequest,
  type SetUpResult,
  setUpOrganization,
  startControlPlane,
} from '@pullgate/control-plane';
import type { Handlers } from './calls.ts';

export interface ControlPlaneSettings {
  readonly dataDir: string;
  readonly listen: string;
}

export interface ChildService {
  readonly handlers: Handlers;
  stop(): Promise<void>;
}

export function createControlPlaneService(): ChildService {
  let running: ControlPlane | undefined;
  return {
    handlers: {
      isSetUp: (settings: ControlPlaneSettings) => isSetUp(toConfig(settings)),
      setUp: ({ settings, request }: SetUpCall): Promise<SetUpResult> =>
        setUpOrganization(toConfig(settings), request),
      issueOwnerToken: ({ settings, organization }: OwnerTokenCall) =>
        issueOwnerToken(toConfig(settings), organization),
      start: async (settings: ControlPlaneSettings) => {
        running = await startControlPlane(toConfig(settings));
        return { url: running.url };
      },
    },
    stop: async () => running?.close(),
  };
}

export interface SetUpCall {
  readonly settings: ControlPlaneSettings;
  readonly request: SetUpRequest;
}

export interface OwnerTokenCall {
  readonly settings: ControlPlaneSettings;
  /** Slug; the only one there is when left out. */
  readonly organization?: string;
}

const toConfig = ({ dataDir, listen }: ControlPlaneSettings) => parseControlPlaneConfig({ dataDir, listen });
