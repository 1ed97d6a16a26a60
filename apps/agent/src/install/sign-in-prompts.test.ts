import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPromptEdits } from './sign-in-prompts.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "pullgate's prompts-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What a login shell at a terminal (of `script`) shows. */
function login(command: string | undefined): string {
  const bin = join(dir, 'pullgate');
  if (command !== undefined) {
    writeFileSync(bin, `#!/bin/sh\n${command}\n`);
    chmodSync(bin, 0o755);
  }
  const [profile] = createPromptEdits(bin);
  const path = join(dir, 'profile.sh');
  writeFileSync(path, profile?.apply(undefined) ?? '');
  writeFileSync(join(dir, 'login.sh'), `set -e\n. "${path}"\necho "logged in"\n`);
  return execFileSync('script', ['-qec', `sh "${join(dir, 'login.sh')}"`, '/dev/null'], { encoding: 'utf8' });
}

describe('the line at the login of a terminal', () => {
  it.each([
    ['what the command says', 'echo "$@"', 'sign-in prompt\r\nlogged in\r\n'],
    ['nothing of its errors', 'echo trouble >&2; exit 1', 'logged in\r\n'],
    ['nothing when it hangs', 'sleep 60', 'logged in\r\n'],
    ['nothing when it is gone', undefined, 'logged in\r\n'],
  ])('is %s', (_name, command, expected) => {
    expect(login(command)).toBe(expected);
  });
});

describe('the entry for desktops', () => {
  it('quotes what desktops would read', () => {
    const [, entry] = createPromptEdits('/opt/a b/100%/$x');
    expect(entry?.apply(undefined)).toContain(String.raw`Exec="/opt/a b/100%%/\\$x" sign-in prompt --notify`);
  });
});
