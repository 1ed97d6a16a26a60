import { readFileSync } from 'node:fs';
import { DecisionItem } from '@pullgate/protocol';
import { mechanismsOf } from '@pullgate/required-sign-in';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createProxyMetrics } from '../apps/agent/src/points/proxy/metrics.ts';
import { countingDecisions, registerAgentMetrics } from '../apps/agent/src/status/metrics.ts';
import { ACTIVITY_EVENTS } from '../apps/control-plane/src/features/activity/events.ts';

/** What stands in backticks in the first column of the tables below a heading of any level. */
function firstColumn(page: string, heading: string): string[] {
  const part = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return part
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
}

/** What stands in backticks in one column of the first table below a heading, from its top. */
function column(page: string, heading: string, index: number): string[] {
  const part = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return part
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => /`([^`]+)`/.exec(line.split('|')[index] ?? '')?.[1] ?? []);
}

/** The sentence in what an engine said, without its prefix, quotes undone. */
function sentenceOf(transcript: string): string {
  const text = transcript.replaceAll('\\"', '"');
  return /"https:\/\/[^"]+": ([^\n]+?)"?\n/.exec(text)?.[1] ?? '';
}

function agentMetricNames(): string[] {
  const registry = new Registry();
  const zero = () => 0;
  registerAgentMetrics(registry, {
    revision: zero,
    connected: () => true,
    offlineMs: zero,
    log: () => ({ pending: 0, dropped: 0 }),
  });
  countingDecisions(registry, { record: () => undefined });
  createProxyMetrics(registry, () => ({ sent: 0, received: 0 }));
  return registry.getMetricsAsArray().map(({ name }) => name);
}

const audit = readFileSync('docs/guides/audit.md', 'utf8');
const operate = readFileSync('docs/guides/operate.md', 'utf8');
const signIn = readFileSync('docs/guides/sign-in.md', 'utf8');

describe('docs/guides', () => {
  it('lists every Activity event, and none that is gone', () => {
    expect(firstColumn(audit, 'Activity').sort()).toEqual([...ACTIVITY_EVENTS].sort());
  });

  it('explains every field of a decision, and none that is gone', () => {
    expect(firstColumn(audit, 'Decisions').sort()).toEqual(Object.keys(DecisionItem.properties).sort());
  });

  it('lists every metric of the agent, and none that is gone', () => {
    const named = firstColumn(operate, 'Health, figures, logs').filter((name) =>
      name.startsWith('pullgate_'),
    );
    expect(named.sort()).toEqual(agentMetricNames().sort());
  });

  it.each(['sign-in-nobody', 'sign-in-wrong-organization'])('shows %s as people see it', (name) => {
    const golden = readFileSync(`e2e/golden/pullgate/${name}.txt`, 'utf8');
    const [command = ''] = golden.split('\n');
    expect(sentenceOf(golden)).toContain('pullgate login');
    expect(signIn).toContain(`${command}\n`);
    expect(signIn).toContain(sentenceOf(golden));
  });

  it.each([
    { platform: 'linux', index: 2 },
    { platform: 'darwin', index: 3 },
    { platform: 'win32', index: 4 },
  ] as const)('lists what requires a sign-in on $platform, in order', ({ platform, index }) => {
    const places = mechanismsOf(platform).map(({ place }) => place);
    expect(column(signIn, 'Which one is in force', index)).toEqual(places);
  });
});

describe('reading a table', () => {
  it('takes the first column below its heading alone', () => {
    const page = '## One\n\n| a | b |\n|---|---|\n| `x`, `y` | `z` |\n\n## Two\n\n| `w` | v |\n';
    expect(firstColumn(page, 'One')).toEqual(['x', 'y']);
    expect(firstColumn(page, 'Three')).toEqual([]);
  });

  it('takes another column, once for each row', () => {
    const page = '## One\n\n| a | b |\n|---|---|\n| 1 | see `x` (`y`) |\n| 2 | |\n| 3 | `z` |\n';
    expect(column(page, 'One', 2)).toEqual(['x', 'z']);
  });
});
