import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGENT_NODE_OPTIONS } from './agent-node-options.ts';

it('are those by which bin/pullgate runs the agent', () => {
  const script = readFileSync(new URL('../../../bin/pullgate', import.meta.url), 'utf8');
  expect(script).toContain(`"agent run") memory=${AGENT_NODE_OPTIONS.join(' ')} ;;`);
});
