/** The laboratory with everything in it: the outside world, Pullgate with a published policy, and engines wired to its agent. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configureEngines, startContainerd, startDockerd, toProxyEnv } from './lab/engines.ts';
import type { Outcome } from './lab/lab.ts';
import { Pullgate } from './lab/pullgate.ts';
import { createTown, type Town } from './lab/town.ts';
import { toTranscript } from './lab/transcript.ts';
import { type Operation, toContext, toEngineEnv, toFiles } from './operations.ts';
import { toPolicy } from './policy.ts';

export interface World extends Town {
  readonly pullgate: Pullgate;
}

/** Builds all of it; takes some ten seconds on two cores. */
export async function createWorld(): Promise<World> {
  const town = await createTown();
  const { lab } = town;
  try {
    configureEngines(lab);
    const pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
    const containers = startContainerd(lab).then(() => startDockerd(lab, toProxyEnv(pullgate.proxy)));
    await Promise.all([containers, pullgate.up()]);
    await pullgate.publish(toPolicy());
    return { ...town, pullgate };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

export interface Performance {
  readonly outcome: Outcome;
  readonly transcript: string;
}

/** Does what an operation says against a registry, as a person at a shell whose proxy is set. */
export async function perform(
  { lab, pullgate }: World,
  operation: Operation,
  registry: string,
): Promise<Performance> {
  const { engine, name, dockerfile, before, input } = operation;
  if (dockerfile !== undefined) {
    const context = lab.path(`/root/${toContext(engine, name, registry)}`);
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, 'Dockerfile'), dockerfile(registry, toFiles(registry)));
  }
  const env = { ...toEngineEnv(engine), ...toShellProxy(engine, pullgate) };
  if (before !== undefined) await lab.run(before(registry), { env });
  const argv = operation.argv(registry);
  const outcome = await lab.run(argv, { env, ...(input !== undefined && { input }) });
  return { outcome, transcript: toTranscript(argv, outcome) };
}

/** Docker's client asks its daemon, which is wired; all others go out themselves. */
function toShellProxy(engine: string, pullgate: Pullgate): Readonly<Record<string, string>> {
  return engine === 'docker' || engine === 'buildkit' ? {} : toProxyEnv(pullgate.proxy);
}

/** Requests that reached a registry, as its access log tells them: method, path and status. */
export function toRequests(output: string): readonly string[] {
  return [...output.matchAll(/"((?:GET|HEAD|POST|PUT|PATCH|DELETE) \/v2\/[^" ]*) HTTP\/1\.1" (\d+)/g)].map(
    ([, request = '', status = '']) => `${request} ${status}`,
  );
}
