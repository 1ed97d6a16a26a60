/** Holds the version that the agent reports: that of its package. */

import manifest from '../package.json' with { type: 'json' };

export const AGENT_VERSION: string = manifest.version;
