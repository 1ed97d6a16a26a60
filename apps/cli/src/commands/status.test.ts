import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckAnswer, LocalStatus } from '@pullgate/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseCliConfig } from '../config.ts';
import { createContext } from '../context.ts';
import { run } from '../run.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;

const status = (signIn: LocalStatus['signIn']): LocalStatus => ({
  version: '0.2.0',
  organization: { slug: 'acme', name: 'Acme', fingerprint: 'x' },
  server: 'https://pullgate.acme.example',
  policy: {
    ...{ revision: 2, epoch: 1, mode: 'enforce', catalog: '2026-11-24.1' },
    ...{ issuedAt: NOW, takenAt: NOW - 240_000 },
  },
  connection: { state: 'connected', since: NOW },
  points: [],
  log: { pending: 0, dropped: 0 },
  signIn,
});

const session = {
  email: 'dev@acme.example',
  organizations: ['acme'],
  teams: [],
  since: NOW,
  goodUntil: NOW + 7 * DAY_MS,
  expired: false,
};
const enforced = {
  mechanism: 'registry.json',
  place: '/etc/pullgate/registry.json',
  allowedOrgs: ['acme'],
} as const;
const required = (more: Partial<LocalStatus['signIn']>): LocalStatus['signIn'] => ({
  ...enforced,
  allowedOrgs: ['acme'],
  state: 'required',
  ...more,
});

/** What a command prints, with an agent that answers every question by this body. */
async function outputOf(words: string, body: unknown): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pullgate-status-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const agentSocket = join(folder, 'agent.sock');
  const agent = createServer((request, response) => {
    request.resume();
    response.end(JSON.stringify(body));
  });
  onTestFinished(() => void agent.close());
  await new Promise<void>((resolve) => agent.listen(agentSocket, resolve));
  const out: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void out.push(line),
    paint: (_style: string, text: string) => text,
    isInteractive: false,
    ask: async () => '',
    readAll: async () => '',
  };
  const context = createContext({ ...parseCliConfig({ HOME: folder }), agentSocket }, terminal);
  await run(words.split(' '), { ...context, now: () => NOW });
  return out;
}

describe('status', () => {
  it.each([
    ['nothing enforces', { mechanism: 'none', allowedOrgs: [], state: 'off' }, 'not signed in', undefined],
    [
      'a session is good',
      { ...required({ session }), state: 'satisfied' },
      'signed in as dev@acme.example (session good offline until 30 Nov)',
      'sign-in   /etc/pullgate/registry.json requires acme',
    ],
    [
      'the countdown comes to its last day',
      { ...required({ session: { ...session, goodUntil: NOW + 5 * 3_600_000 } }), state: 'satisfied' },
      'signed in as dev@acme.example (session good offline for 5 h more)',
      'sign-in   /etc/pullgate/registry.json requires acme',
    ],
    [
      'nobody is signed in',
      required({}),
      'not signed in',
      'sign-in   /etc/pullgate/registry.json requires acme: run "pullgate login"',
    ],
    [
      'the session is of another organization',
      required({ session: { ...session, organizations: ['globex'] } }),
      'signed in as dev@acme.example (session good offline until 30 Nov)',
      'sign-in   /etc/pullgate/registry.json requires acme, and your session is of globex: run "pullgate login" with another account',
    ],
    [
      'the session is past its limit',
      required({ session: { ...session, goodUntil: NOW - 1, expired: true } }),
      'session of dev@acme.example is past its offline limit',
      'sign-in   /etc/pullgate/registry.json requires acme: bring the machine on the network, or run "pullgate login"',
    ],
    [
      'the mechanism is broken',
      required({ allowedOrgs: [], problem: 'allowedOrgs: expected a list' }),
      'not signed in',
      'sign-in   /etc/pullgate/registry.json cannot be read: allowedOrgs: expected a list',
    ],
  ] as const)('says so when %s', async (_name, signIn, headline, line) => {
    const out = await outputOf('status', status(signIn as LocalStatus['signIn']));
    expect(out[0]).toBe(`acme · enforced · r2, 4 min old · ${headline}`);
    expect(out.map((text) => text.trim()).filter((text) => text.startsWith('sign-in'))).toEqual(
      line === undefined ? [] : [line.replace(/^sign-in {3}/, 'sign-in   ')],
    );
  });

  it('says which catalog the machine goes by, and nothing where the agent does not tell', async () => {
    const now = status({ mechanism: 'none', allowedOrgs: [], state: 'off' });
    expect(await outputOf('status', now)).toContain('  catalog   2026-11-24.1');
    expect((await outputOf('status --json', now)).join('')).toContain('"catalog":"2026-11-24.1"');
    const { catalog: _, ...policy } = now.policy ?? {};
    expect((await outputOf('status', { ...now, policy })).join('\n')).not.toContain('catalog');
  });

  it('reads an agent that tells nothing of sign-in', async () => {
    const { signIn: _, ...older } = status({ mechanism: 'none', allowedOrgs: [], state: 'off' });
    expect((await outputOf('status', older))[0]).toBe('acme · enforced · r2, 4 min old · not signed in');
  });
});

describe('check', () => {
  const contact = 'Ask in #platform: https://wiki.acme.example/registries';
  it.each([
    ['acme requires sign-in (/etc/pullgate/registry.json): run "pullgate login"', contact],
    [
      'signed in to globex, but this machine requires acme (/etc/a.json): run "pullgate login" with an account of it',
      contact,
    ],
    ['acme requires sign-in, but /etc/a.json cannot be read (allowedOrgs: expected a list)', contact],
    ['acme requires sign-in: run "pullgate login"', undefined],
  ])('says what a sign-in lacks, and whom to ask: %s', async (why, ask) => {
    const answer: CheckAnswer = {
      reference: 'alpine',
      action: 'pull',
      verdict: 'deny',
      effect: 'refuse',
      mode: 'enforce',
      reason: 'SIGN_IN_REQUIRED',
      revision: 2,
      message: ask === undefined ? `${why}.` : `${why}. ${ask}`,
      steps: [],
    };
    expect(await outputOf('check alpine', answer)).toEqual([
      'denied   alpine   pull',
      `  ${why} (revision 2)`,
      ...(ask === undefined ? [] : [`  ask:     ${ask}`]),
    ]);
  });
});
