import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadTranscripts, writeCoverage } from './coverage.ts';

const page = readFileSync('docs/coverage.md', 'utf8');

describe('docs/coverage.md', () => {
  it('says what the transcripts say', () => {
    expect(writeCoverage(page, loadTranscripts())).toBe(page);
  });

  it('is found out when a transcript changes', () => {
    const changed = new Map(loadTranscripts()).set('docker/pull-denied', 'x does not allow y');
    expect(writeCoverage(page, changed)).not.toBe(page);
  });

  it('shows the sentence for every denied operation', () => {
    const denied = [...loadTranscripts()].filter(([name]) => name.endsWith('-denied'));
    expect(denied.filter(([, text]) => !text.includes('does not allow')).map(([name]) => name)).toEqual([]);
    expect(denied.length).toBeGreaterThan(20);
  });
});
