/**
 * Measures `docker pull` of an image of 500 MB, direct and through the agent, in turns on one machine. Prints JSON.
 * usage: docker-pull.ts [ROUNDS] [MEGABYTES]     (root; ROUNDS 11, MEGABYTES 500)
 */

import { configureEngines, startContainerd, startDockerd, toProxyEnv } from '../../e2e/lab/engines.ts';
import { buildImage, pushImage } from '../../e2e/lab/image.ts';
import type { Lab } from '../../e2e/lab/lab.ts';
import { REMOVED } from '../../e2e/lab/names.ts';
import { Pullgate } from '../../e2e/lab/pullgate.ts';
import { findObstacle } from '../../e2e/lab/requirements.ts';
import { createTown } from '../../e2e/lab/town.ts';
import { toPolicy } from '../../e2e/policy.ts';
import { median } from './median.ts';

const ROUNDS = Number(process.argv[2] ?? 11);
const MEGABYTES = Number(process.argv[3] ?? 500);
const IMAGE = `${REMOVED}/team/large:1`;

interface Contender {
  readonly name: 'direct' | 'proxy';
  readonly socket: string;
  readonly seconds: number[];
}

async function measure(lab: Lab, { socket, seconds }: Contender): Promise<void> {
  const docker = ['docker', '--host', `unix://${socket}`];
  // What the round before has left to write would slow this one down.
  await lab.must(['sync']);
  const startedAt = performance.now();
  await lab.must([...docker, 'pull', '--quiet', IMAGE], { timeoutMs: 300_000 });
  seconds.push((performance.now() - startedAt) / 1_000);
  await lab.must([...docker, 'image', 'rm', '--force', IMAGE]);
}

/** Each pair swaps its order, so that neither always has the warmer caches. */
async function run(lab: Lab, contenders: readonly [Contender, Contender]): Promise<void> {
  for (const contender of contenders) await measure(lab, contender);
  for (const { seconds } of contenders) seconds.length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed())
      await measure(lab, contender);
  }
}

const obstacle = findObstacle();
if (obstacle !== undefined) throw new Error(`cannot measure docker pull here: ${obstacle}`);
const { lab } = await createTown();
try {
  configureEngines(lab);
  const pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
  await Promise.all([startContainerd(lab), pullgate.up()]);
  await pullgate.publish(toPolicy());
  const large = buildImage(lab, 'large', { randomBytes: MEGABYTES * 1_000_000 });
  await pushImage(lab, large, IMAGE);
  const direct: Contender = { name: 'direct', socket: '/run/direct.sock', seconds: [] };
  const proxy: Contender = { name: 'proxy', socket: '/run/proxy.sock', seconds: [] };
  await startDockerd(lab, {}, { name: 'direct', socket: direct.socket });
  await startDockerd(lab, toProxyEnv(pullgate.proxy), { name: 'proxy', socket: proxy.socket });
  await run(lab, [direct, proxy]);
  const results = [direct, proxy].map(({ name, seconds }) => ({
    name,
    unit: 's',
    median: median(seconds),
    values: seconds,
  }));
  // Rounds are compared one by one: the machine's own pace drifts by more than the proxy costs, but not within a round.
  const ratio = median(
    proxy.seconds.map((seconds, round) => seconds / (direct.seconds[round] ?? Number.NaN)),
  );
  process.stdout.write(
    `${JSON.stringify({ name: 'docker-pull', megabytes: MEGABYTES, results, ratio, target: { atMost: 1.05 } })}\n`,
  );
} finally {
  await lab.close();
}
