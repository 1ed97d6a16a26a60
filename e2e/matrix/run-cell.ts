/** Runs one cell as a person would, and keeps what came of it: the command's outcome, what reached the registry, and when. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toProxyEnv } from '../lab/engines.ts';
import type { Lab, Outcome } from '../lab/lab.ts';
import { toRequests } from '../world.ts';
import type { Cell } from './cells.ts';
import { BUILD_DIR, type Engine, type Step } from './engines.ts';
import { HUB } from './names.ts';
import { TRUST_ENV } from './trust.ts';
import type { MatrixWorld } from './world.ts';

export interface Seen {
  readonly cell: Cell;
  readonly argv: readonly string[];
  readonly outcome: Outcome;
  /** Requests that reached the registry meanwhile, each with its status. */
  readonly requests: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export async function runCell(world: MatrixWorld, engine: Engine, cell: Cell, step: Step): Promise<Seen> {
  const machine = world.machineOf(engine);
  const env = toEnv(world, engine);
  await prepare(machine, step, env);
  const server = cell.target.registry === HUB ? world.hub : world.registry;
  const logged = server.output.length;
  const startedAt = Date.now();
  const outcome = await machine.run(step.argv, { env });
  const requests = toRequests(server.output.slice(logged));
  return { cell, argv: step.argv, outcome, requests, startedAt, endedAt: Date.now() };
}

/** Docker's client asks its daemon, which is wired, but fetches tokens for builds itself; all others go out themselves. */
export function toEnv(world: MatrixWorld, engine: Engine): Readonly<Record<string, string>> {
  return { DOCKER_BUILDKIT: '0', ...toProxyEnv(world.pullgate.proxy), ...TRUST_ENV, ...engine.env };
}

async function prepare(machine: Lab, step: Step, env: Readonly<Record<string, string>>): Promise<void> {
  if (step.clean !== undefined) await machine.run(step.clean, { env });
  for (const argv of step.before ?? []) await machine.must(argv, { env });
  if (step.dockerfile === undefined) return;
  const dir = machine.path(BUILD_DIR);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'Dockerfile'), step.dockerfile);
}
