/** What the command line uses of the control plane. */

export { type ControlPlaneConfig, LOG_LEVELS, type LogLevel, parseControlPlaneConfig } from './config.ts';
export { CONTROL_PLANE_ERROR_CODES, ControlPlaneError, type ControlPlaneErrorCode } from './errors.ts';
export { backUp, isSetUp, type RestoreResult, restore } from './keep.ts';
export {
  issueOwnerToken,
  issueWelcomeCode,
  type SetUpRequest,
  type SetUpResult,
  setUpOrganization,
} from './set-up.ts';
export { type ControlPlane, type StartOptions, startControlPlane } from './start.ts';
