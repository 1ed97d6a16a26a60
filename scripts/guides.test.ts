import { readFileSync } from 'node:fs';
import { DecisionItem } from '@pullgate/protocol';
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
});

describe('reading a table', () => {
  it('takes the first column below its heading alone', () => {
    const page = '## One\n\n| a | b |\n|---|---|\n| `x`, `y` | `z` |\n\n## Two\n\n| `w` | v |\n';
    expect(firstColumn(page, 'One')).toEqual(['x', 'y']);
    expect(firstColumn(page, 'Three')).toEqual([]);
  });
});
