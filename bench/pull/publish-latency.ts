/**
 * Measures how long after an owner's publish a real agent refuses, and shows with docker that it does. Prints JSON.
 * usage: publish-latency.ts [ROUNDS]     (root; ROUNDS 20)
 */

import { join } from 'node:path';
import { configureEngines, startContainerd, startDockerd, toProxyEnv } from '../../e2e/lab/engines.ts';
import { DENIED } from '../../e2e/lab/names.ts';
import { ORGANIZATION, Pullgate } from '../../e2e/lab/pullgate.ts';
import { findObstacle } from '../../e2e/lab/requirements.ts';
import { createTown } from '../../e2e/lab/town.ts';
import { APP } from '../../e2e/operations.ts';
import { toPolicy } from '../../e2e/policy.ts';
import { median } from './median.ts';

const ROUNDS = Number(process.argv[2] ?? 20);

const obstacle = findObstacle();
if (obstacle !== undefined) throw new Error(`cannot measure publishing here: ${obstacle}`);
const { lab } = await createTown();
try {
  configureEngines(lab);
  const pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
  const engine = startContainerd(lab).then(() => startDockerd(lab, toProxyEnv(pullgate.proxy)));
  await Promise.all([engine, pullgate.up()]);
  await pullgate.publish(toPolicy());
  const scopes = ['--scopes', 'policy:read,policy:write'];
  const { token } = await pullgate.json<{ token: string }>('token', 'create', '--name', 'bench', ...scopes);
  const probe = join(import.meta.dirname, 'latency-probe.ts');
  const args = [String(ROUNDS), pullgate.server, '7081', ORGANIZATION, DENIED];
  const printed = await lab.must([process.execPath, probe, ...args], { input: token, timeoutMs: 300_000 });
  const values = JSON.parse(printed) as number[];
  const refused = await lab.run(['docker', 'pull', `${DENIED}/${APP}`]);
  if (!refused.output.includes('does not allow'))
    throw new Error(`docker was not refused: ${refused.output}`);
  const results = [
    { name: 'publish to refused', unit: 'ms', median: median(values), max: Math.max(...values), values },
  ];
  const report = { name: 'publish', results, ratio: Math.max(...values) / 1_000, target: { atMost: 1 } };
  process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  await lab.close();
}
