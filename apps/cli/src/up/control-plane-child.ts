/** What the control plane's child answers to `up`: set-up, new secrets for the owner, start and stop. */

import {
  type ControlPlane,
  isSetUp,
  issueOwnerToken,
  issueWelcomeCode,
  parseControlPlaneConfig,
  type SetUpRequest,
  setUpOrganization,
  startControlPlane,
} from '@pullgate/control-plane';
import type { Handlers } from './calls.ts';

export interface ControlPlaneSettings {
  readonly dataDir: string;
  readonly listen: string;
}

export interface SetUpCall {
  readonly settings: ControlPlaneSettings;
  readonly request: SetUpRequest;
}

export interface IssueCall {
  readonly settings: ControlPlaneSettings;
  /** Slug. */
  readonly organization: string;
}

export interface ChildService {
  readonly handlers: Handlers;
  stop(): Promise<void>;
}

export function createControlPlaneService(): ChildService {
  let running: ControlPlane | undefined;
  const stop = async (): Promise<void> => {
    await running?.close();
    running = undefined;
  };
  return {
    handlers: {
      isSetUp: async (settings: ControlPlaneSettings) => isSetUp(toConfig(settings)),
      setUp: ({ settings, request }: SetUpCall) => setUpOrganization(toConfig(settings), request),
      // these two need the data directory for themselves
      issueOwnerToken: ({ settings, organization }: IssueCall) =>
        issueOwnerToken(toConfig(settings), organization),
      issueWelcomeCode: ({ settings, organization }: IssueCall) =>
        issueWelcomeCode(toConfig(settings), organization),
      start: async (settings: ControlPlaneSettings) => {
        running = await startControlPlane(toConfig(settings));
        return { url: running.url };
      },
      stop,
    },
    stop,
  };
}

const toConfig = ({ dataDir, listen }: ControlPlaneSettings) => parseControlPlaneConfig({ dataDir, listen });
