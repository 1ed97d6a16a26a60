export { AGENT_ERROR_CODES, AgentError, type AgentErrorCode, type ConfigProblem } from './agent-error.ts';
export {
  type AgentConfig,
  type AgentPaths,
  type ConfigOverrides,
  loadAgentConfig,
  parseAgentConfig,
  toAgentPaths,
} from './config.ts';
export { isRefusedAddress } from './egress/addresses.ts';
export { type EnrolByFileOptions, enrolByFile } from './enrolment/enrol-by-file.ts';
export { type EnrollOptions, enrollMachine } from './enrolment/enroll-machine.ts';
export {
  type InstalledMachine,
  type InstallPreparedOptions,
  installPrepared,
  loadPrepared,
} from './enrolment/install-prepared.ts';
export type { EnrolledMachine } from './enrolment/pin-organization.ts';
export { type PrepareOptions, prepareMachine } from './enrolment/prepare-machine.ts';
export type { PreparedMachine } from './enrolment/prepared-machine.ts';
export { discardSecretFile } from './enrolment/secret-file.ts';
export { type RunSettings, runAgent } from './run-agent.ts';
export { type AgentAnswer, askAgent } from './sockets/ask-agent.ts';
export {
  type AgentDependencies,
  type RunningAgent,
  type RunningAgent as Agent,
  startAgent,
} from './start/start-agent.ts';
