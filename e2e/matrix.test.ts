/**
 * The matrix of docs/coverage.md: every engine, every verb it offers, allowed and denied by every part of what is asked. Each cell
 * is run for real; the page keeps what the person saw and this test compares.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionItem } from '@pullgate/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from './lab/config.ts';
import { findNewerRoot, type NewerRoot } from './lab/guest.ts';
import { findLeftovers } from './lab/leftovers.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';
import { toCells, toHubCells, VERBS } from './matrix/cells.ts';
import { ENGINES, type Engine } from './matrix/engines.ts';
import { type Judged, judgeCell } from './matrix/judge-cell.ts';
import { formatSection, readSections, writeSections } from './matrix/page.ts';
import { runCell, type Seen, toEnv } from './matrix/run-cell.ts';
import { createMatrixWorld, type MatrixWorld } from './matrix/world.ts';

const PAGE = join(import.meta.dirname, '../docs/coverage.md');
const ENGINE_TIMEOUT_MS = 240_000;

const obstacle = findObstacle();
const newer: NewerRoot = obstacle === undefined ? findNewerRoot() : { obstacle };
const toObstacle = ({ machine }: Engine) => (machine === 'guest' ? newer.obstacle : undefined);

describe.skipIf(obstacle !== undefined)(toTitle('matrix', obstacle), () => {
  let world: MatrixWorld;

  beforeAll(async () => {
    world = await createMatrixWorld(newer.dir);
  });

  afterAll(async () => {
    if (world === undefined) return;
    await world.close();
    expect(findLeftovers(world.lab.dir)).toEqual([]);
  });

  for (const engine of ENGINES) {
    const missing = toObstacle(engine);
    it.skipIf(missing !== undefined)(
      toTitle(engine.title, missing),
      async () => {
        const machine = world.machineOf(engine);
        const env = toEnv(world, engine);
        expect((await machine.run(engine.version.argv, { env })).output).toMatch(engine.version.pattern);
        const judged = await judgeAll(world, engine, await runAll(world, engine));
        const wrong = judged.filter(({ problems }) => problems.length > 0);
        expect(wrong.map(toReport)).toEqual([]);
        expectSection(engine.id, formatSection(engine, judged));
      },
      ENGINE_TIMEOUT_MS,
    );
  }

  it('is summed up by the page', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(writeSections(page, readSections(page))).toBe(page);
  });
});

async function runAll(world: MatrixWorld, engine: Engine): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const verb of VERBS) {
    for (const cell of [...toCells(verb, engine.id), ...toHubCells(verb, engine.id)]) {
      const step = engine.verbs[verb]?.(cell.target);
      if (step !== undefined) seen.push(await runCell(world, engine, cell, step));
    }
  }
  return seen;
}

/** Records reach the owner in batches, so this asks again until every cell has its own, or for long enough. */
async function judgeAll(
  world: MatrixWorld,
  engine: Engine,
  seen: readonly Seen[],
): Promise<readonly Judged[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const records = await listRecords(world, (seen[0]?.startedAt ?? 0) - 60_000);
    const judged = seen.map((each) => judgeCell(engine, each, records));
    if (judged.every(({ record }) => record !== undefined) || Date.now() > deadline) return judged;
  }
}

interface Page {
  readonly items: readonly DecisionItem[];
  readonly nextCursor?: string | null;
}

/** Every record since a time, in milliseconds since the epoch. */
async function listRecords({ pullgate }: MatrixWorld, since: number): Promise<readonly DecisionItem[]> {
  const records: DecisionItem[] = [];
  let cursor: readonly string[] = [];
  for (;;) {
    const page = await pullgate.json<Page>('decision', 'list', '--limit', '200', ...cursor);
    records.push(...page.items);
    const isPast = page.items.some(({ at }) => at < since);
    if (isPast || page.nextCursor === undefined || page.nextCursor === null) return records;
    cursor = ['--cursor', page.nextCursor];
  }
}

const toReport = ({ cell, argv, problems, outcome, requests }: Judged): string =>
  [
    `${cell.verb}, ${cell.ruling}, ${cell.target.registry}: ${problems.join('; ')}`,
    `$ ${argv.join(' ')}`,
    outcome.output,
    ...requests,
  ].join('\n');

function expectSection(id: string, section: string): void {
  const page = readFileSync(PAGE, 'utf8');
  if (config.isGoldenUpdate) {
    writeFileSync(PAGE, writeSections(page, new Map([...readSections(page), [id, section]])));
  }
  const kept = readSections(readFileSync(PAGE, 'utf8')).get(id);
  expect(section).toBe(kept ?? 'nothing: run with UPDATE_GOLDEN=1 to keep it in docs/coverage.md');
}
