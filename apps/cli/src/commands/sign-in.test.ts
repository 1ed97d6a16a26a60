import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStatus } from '@pullgate/protocol';
import { formatArtifact } from '@pullgate/required-sign-in';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCliConfig } from '../config.ts';
import { type Context, createContext } from '../context.ts';
import { createTerminal } from '../terminal.ts';
import { runSignInArtifacts } from './sign-in-artifacts.ts';
import { formatPrompt, runSignInPrompt } from './sign-in-prompt.ts';

type SignIn = LocalStatus['signIn'];
const required: SignIn = {
  mechanism: 'registry.json',
  place: '/etc/pullgate/registry.json',
  allowedOrgs: ['acme', 'beta'],
  state: 'required',
};
const session = (organizations: string[], expired = false): NonNullable<SignIn['session']> => ({
  email: 'dev@acme.example',
  organizations,
  teams: [],
  since: 1,
  goodUntil: 2,
  expired,
});

let dir = '';
let server: Server | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pullgate-prompt-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(dir, { recursive: true });
});

function createTestContext(): { readonly context: Context; readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const config = parseCliConfig({ HOME: dir, PULLGATE_AGENT_SOCKET: join(dir, 'agent.sock') });
  const terminal = {
    ...createTerminal(false),
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  return { context: createContext(config, terminal), out, err };
}

async function answerWith(body: string | undefined): Promise<void> {
  const made = createServer((_request, response) => {
    if (body !== undefined) response.end(body);
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(join(dir, 'agent.sock'), resolve));
}

describe('the prompt', () => {
  it.each<[string, SignIn, string | undefined]>([
    ['nothing is enforced', { mechanism: 'none', allowedOrgs: [], state: 'off' }, undefined],
    [
      'nobody is signed in',
      required,
      'Sign in with acme or beta to use registries: pullgate login   (required by /etc/pullgate/registry.json)',
    ],
    ['the asker is signed in', { ...required, session: session(['beta']) }, undefined],
    [
      "another's sign-in satisfies engines, not the asker",
      { ...required, state: 'satisfied' },
      'Sign in with acme or beta to use registries: pullgate login   (required by /etc/pullgate/registry.json)',
    ],
    [
      'the asker belongs elsewhere',
      { ...required, session: session(['gamma']) },
      'Sign in with acme or beta to use registries: pullgate login   (required by /etc/pullgate/registry.json)',
    ],
    [
      'the session has run out',
      { ...required, session: session(['acme'], true) },
      'Your sign-in with acme or beta has run out: pullgate login   (required by /etc/pullgate/registry.json)',
    ],
    [
      'it is broken',
      { ...required, allowedOrgs: [], problem: 'x' },
      'This machine requires a sign-in, but /etc/pullgate/registry.json cannot be read: tell who looks after it (pullgate status)',
    ],
  ])('when %s', (_name, signIn, expected) => {
    expect(formatPrompt(signIn)).toBe(expected);
  });

  it('keeps control characters out of a terminal', () => {
    expect(formatPrompt({ ...required, place: '/\u001b[2J' })).not.toContain('\u001b');
  });

  it('says one line', async () => {
    await answerWith(JSON.stringify({ signIn: required }));
    const { context, out } = createTestContext();
    expect(await runSignInPrompt(context, {}, [])).toBe(0);
    expect(out).toHaveLength(1);
  });

  it.each([
    ['an agent that never answers', undefined],
    ['an answer that is none', 'x'],
    ['an older agent', '{}'],
  ])('is silent with %s', async (_name, body) => {
    await answerWith(body);
    const { context, out, err } = createTestContext();
    expect(await runSignInPrompt(context, {}, [])).toBe(0);
    expect([...out, ...err]).toEqual([]);
  });

  it('is silent without an agent', async () => {
    const { context, out, err } = createTestContext();
    expect(await runSignInPrompt(context, {}, [])).toBe(0);
    expect([...out, ...err]).toEqual([]);
  });
});

describe('artifacts', () => {
  it('writes the file and says where it goes', async () => {
    const { context, err } = createTestContext();
    const path = join(dir, 'pullgate.reg');
    expect(await runSignInArtifacts(context, { org: ['acme'], format: 'reg', out: path }, [])).toBe(0);
    expect(readFileSync(path)).toEqual(Buffer.from(formatArtifact('reg', ['acme'])));
    expect(err.join('\n')).toContain('reg import');
  });

  it('refuses a name that no machine would take, and a place that cannot be written', async () => {
    const { context } = createTestContext();
    await expect(runSignInArtifacts(context, { org: ['Acme'], format: 'plist' }, [])).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(
      runSignInArtifacts(context, { org: ['acme'], format: 'plist', out: join(dir, 'none', 'x') }, []),
    ).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
