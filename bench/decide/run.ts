/** Prints how long `decide` takes with few and with ten thousand rules, beside peers that match the same rules. JSON on stdout. */

import { decide } from '@pullgate/policy';
import { type BenchCase, createCases } from './cases.ts';
import { measure, type Timing } from './measure.ts';
import { createPicomatch, createRadixRouter, createRegExpScan, type Matcher } from './peers.ts';

const BUDGET_MS = 1000;

const cases = createCases().map(runCase);
process.stdout.write(
  `${JSON.stringify({ name: 'decide', unit: 'ns per decision', node: process.version, cases }, null, 2)}\n`,
);

function runCase({ name, policy, queries, globs }: BenchCase) {
  const run = (index: number) => decide(policy, queryAt(queries, index));
  return { case: name, ...measure(run, BUDGET_MS), peers: measurePeers({ queries, globs }) };
}

function measurePeers({ queries, globs }: Pick<BenchCase, 'queries' | 'globs'>): Record<string, Timing> {
  const isExactHost = !globs.some((glob) => glob.startsWith('*'));
  const peers: Record<string, Matcher> = {
    'RegExp scan': createRegExpScan({ globs }),
    picomatch: createPicomatch({ globs }),
    ...(isExactHost && { 'rou3 (radix tree)': createRadixRouter({ globs }) }),
  };
  const timings = Object.entries(peers).map(([name, matches]) => {
    refuseWrong(name, matches, queries);
    const run = (index: number) => {
      const { registry, repository = '' } = queryAt(queries, index);
      return matches(registry, repository);
    };
    return [name, measure(run, BUDGET_MS / 2)] as const;
  });
  return Object.fromEntries(timings);
}

/** Even queries are allowed by a rule, odd ones by none. A peer that answers otherwise is not measured but an error. */
function refuseWrong(name: string, matches: Matcher, queries: BenchCase['queries']): void {
  for (let index = 0; index < 16; index++) {
    const { registry, repository = '' } = queryAt(queries, index);
    if (matches(registry, repository) !== (index % 2 === 0))
      throw new Error(`${name} answers wrongly for ${registry}/${repository}`);
  }
}

function queryAt(queries: BenchCase['queries'], index: number): BenchCase['queries'][number] {
  const query = queries[index % queries.length];
  if (query === undefined) throw new Error('no queries');
  return query;
}
