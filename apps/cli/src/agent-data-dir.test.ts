import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAgentDataDir } from './agent-data-dir.ts';
import { parseCliConfig } from './config.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pullgate-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** As `up` leaves it. */
function enrol(stateDir: string): string {
  const directory = join(stateDir, 'agent');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'agent.json'), '{}');
  return directory;
}

describe('findAgentDataDir', () => {
  const find = (environment: Record<string, string>, given?: string, root = home) =>
    findAgentDataDir(parseCliConfig({ HOME: home, ...environment }), given, root);

  it('takes what was given, from here', () => {
    expect(find({}, 'agent')).toBe(join(process.cwd(), 'agent'));
  });

  it('finds the agent of up, by default and under XDG_STATE_HOME', () => {
    const directory = enrol(join(home, '.local/state/pullgate'));
    expect(find({})).toBe(directory);
    expect(find({ XDG_STATE_HOME: join(home, 'other') })).toBeUndefined();
    const other = enrol(join(home, 'other/pullgate'));
    expect(find({ XDG_STATE_HOME: join(home, 'other') })).toBe(other);
  });

  it('prefers the installed agent', () => {
    enrol(join(home, '.local/state/pullgate'));
    mkdirSync(join(home, 'etc/pullgate'), { recursive: true });
    writeFileSync(join(home, 'etc/pullgate/agent.json'), '{}');
    expect(find({})).toBeUndefined();
  });

  it('is the installed agent where there is none', () => {
    expect(find({})).toBeUndefined();
  });
});
