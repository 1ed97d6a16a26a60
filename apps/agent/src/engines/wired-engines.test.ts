import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatEngines, loadEngines } from './wired-engines.ts';

const dir = mkdtempSync(join(tmpdir(), 'pullgate-engines-'));
const path = join(dir, 'engines.json');
afterAll(() => rmSync(dir, { recursive: true }));

describe('loadEngines', () => {
  it('reads what install wrote', () => {
    const engines = [{ name: 'docker', version: '20.10', wired: true, depth: 'host' as const }];
    writeFileSync(path, formatEngines(engines));
    expect(loadEngines(path)).toEqual(engines);
  });

  it.each([
    ['an absent file', undefined],
    ['no JSON', '{'],
    ['another shape', '{"engines":[{"name":1}]}'],
    ['a depth that does not exist', '{"engines":[{"name":"docker","wired":true,"depth":"deep"}]}'],
  ])('takes %s for no engines', (_, text) => {
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);
    expect(loadEngines(path)).toEqual([]);
  });
});
