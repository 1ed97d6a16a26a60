/** Holds how the agent's process is to be run by Node.js. */

/**
 * A small nursery of V8's heap: of a thousand tunnels at once it takes 60 MiB less, and was no slower. `bin/pullgate` has the same
 * for `agent run`.
 */
export const AGENT_NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=4'];
