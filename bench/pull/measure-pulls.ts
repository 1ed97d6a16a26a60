/** Measures `docker pull` of one large image, direct and through the agent, in turns on one machine. Leaves what is measured to the scripts. */

import { configureEngines, startContainerd, startDockerd, toProxyEnv } from '../../e2e/lab/engines.ts';
import { buildImage, pushImage } from '../../e2e/lab/image.ts';
import type { Lab } from '../../e2e/lab/lab.ts';
import { REMOVED } from '../../e2e/lab/names.ts';
import { Pullgate } from '../../e2e/lab/pullgate.ts';
import { findObstacle } from '../../e2e/lab/requirements.ts';
import { createTown } from '../../e2e/lab/town.ts';
import { toPolicy } from '../../e2e/policy.ts';
import { median } from './median.ts';

const IMAGE = `${REMOVED}/team/large:1`;
const AGENT_DIR = '/var/lib/pullgate-up/agent';

export interface PullBench {
  readonly name: string;
  /** The rules need more than the host, so that the gateway ends TLS and judges every request. */
  readonly isInspected: boolean;
  /** Of the pulls through the agent to the direct ones, at most. */
  readonly goal: number;
}

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
async function run(rounds: number, lab: Lab, contenders: readonly [Contender, Contender]): Promise<void> {
  for (const contender of contenders) await measure(lab, contender);
  for (const { seconds } of contenders) seconds.length = 0;
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed())
      await measure(lab, contender);
  }
}

/** The script's arguments: rounds (11), megabytes (500). Prints JSON. Needs root. */
export async function measurePulls({ name, isInspected, goal }: PullBench): Promise<void> {
  const [rounds = 11, megabytes = 500] = process.argv.slice(2).map(Number);
  const obstacle = findObstacle();
  if (obstacle !== undefined) throw new Error(`cannot measure docker pull here: ${obstacle}`);
  const { lab } = await createTown();
  try {
    configureEngines(lab);
    const pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
    await Promise.all([startContainerd(lab), pullgate.up()]);
    await pullgate.publish(toPolicy());
    const large = buildImage(lab, 'large', { randomBytes: megabytes * 1_000_000 });
    await pushImage(lab, large, IMAGE);
    if (isInspected) await inspect(pullgate);
    const direct: Contender = { name: 'direct', socket: '/run/direct.sock', seconds: [] };
    const proxy: Contender = { name: 'proxy', socket: '/run/proxy.sock', seconds: [] };
    await startDockerd(lab, {}, { name: 'direct', socket: direct.socket });
    await startDockerd(lab, toProxyEnv(pullgate.proxy), { name: 'proxy', socket: proxy.socket });
    await run(rounds, lab, [direct, proxy]);
    const results = [direct, proxy].map((contender) => ({
      name: contender.name,
      unit: 's',
      median: median(contender.seconds),
      values: contender.seconds,
    }));
    // Rounds are compared one by one: the machine's own pace drifts by more than the proxy costs, but not within a round.
    const ratio = median(
      proxy.seconds.map((seconds, round) => seconds / (direct.seconds[round] ?? Number.NaN)),
    );
    process.stdout.write(
      `${JSON.stringify({ name, megabytes, results, ratio, target: { atMost: goal } })}\n`,
    );
  } finally {
    await lab.close();
  }
}

/** Pull and no push: only who sees the requests can hold that. */
async function inspect(pullgate: Pullgate): Promise<void> {
  const rule = `  - { id: removed, registry: ${REMOVED}, allow: [pull] }`;
  await pullgate.publish(toPolicy().replace(/^ .*id: removed.*$/m, rule));
  await pullgate.must('agent', 'install', '--only', 'trust', '--data-dir', AGENT_DIR, '--yes');
}
