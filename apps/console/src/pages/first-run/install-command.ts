/** What starts the agent as a service and points Docker at it. */

export const INSTALL = 'sudo pullgate agent install';
