import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliConfig, parseCliConfig } from './config.ts';
import { createContext } from './context.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

/** What the small server answers: status and body by `METHOD path`. */
type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

let folder = '';
let server: Server | undefined;
let requests: {
  readonly line: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullgate-run-'));
  requests = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function serve(answers: Answers): Promise<string> {
  const made = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const line = `${request.method} ${request.url}`;
    requests.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const [status, body] = answers[line.replace('/api/v1/organizations/acme', '…')] ?? [
      404,
      problem(404, 'NOT_FOUND'),
    ];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : status === 204 ? undefined : JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const problem = (status: number, code: string, more: object = {}) => ({
  type: 'about:blank',
  title: 't',
  status,
  code,
  detail: `detail of ${code}`,
  ...more,
});

interface Answered {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function cli(
  words: string,
  options: {
    readonly server?: string;
    readonly answers?: readonly string[];
    readonly config?: Partial<CliConfig>;
  } = {},
): Promise<Answered> {
  const out: string[] = [];
  const err: string[] = [];
  const waiting = [...(options.answers ?? [])];
  const terminal: Terminal = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    paint: (_style, text) => text,
    isInteractive: options.answers !== undefined,
    ask: async () => waiting.shift() ?? '',
    readAll: async () => waiting.shift() ?? '',
  };
  const config = {
    ...parseCliConfig({ HOME: folder }),
    agentSocket: join(folder, 'no.sock'),
    ...options.config,
  };
  const context = createContext(config, terminal);
  if (options.server !== undefined)
    context.credentials.save({ server: options.server, organization: 'acme', token: 'secret-token' });
  const code = await run(words.split(' '), context);
  return { code, out, err };
}

describe('usage', () => {
  it.each([
    ['polcy show', 'did you mean: pullgate policy'],
    ['policy shw', 'did you mean: pullgate policy show'],
    ['policy show --drft', 'did you mean: --draft'],
    ['registry add', 'see: pullgate registry add --help'],
    ['mode sometimes', 'see: pullgate mode --help'],
    ['mode enfroce', 'did you mean: pullgate mode enforce'],
    [
      'registry add quay.io --when-host-only alow',
      'did you mean: pullgate registry add --when-host-only allow',
    ],
    ['decision list --since yesterday', 'see: pullgate decision list --help'],
    ['decision list --limit 0', 'see: pullgate decision list --help'],
    ['check a b', 'see: pullgate check --help'],
    ['policy show --draft --revision 2', ''],
    ['registry edit quay --access fly', ''],
    ['token create --name x', ''],
    ['token create --enroll --name x', ''],
    ['check x --server nonsense', ''],
  ])('%s ends with 2 and a way out', async (words, hint) => {
    const url = await serve({
      'GET …/registries?limit=200': [
        200,
        { items: [{ id: 'quay', registry: 'quay.io', allow: [], companions: [], state: 'published' }] },
      ],
    });
    const { code, err, out } = await cli(words, { server: url });
    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err[0]).toMatch(/^pullgate: .*\[USAGE\]$/);
    if (hint !== '') expect(err[1]).toContain(hint);
  });

  it.each([
    ['docker.io/hub', { registry: 'docker.io', prefix: 'hub' }],
    ['docker.io', { registry: 'docker.io' }],
    ['none', null],
  ])('registry edit --mirror-of %s says what it mirrors', async (text, mirrorOf) => {
    const item = { id: 'm', registry: 'm.example', allow: ['pull'], companions: [], state: 'published' };
    const url = await serve({
      'GET …/registries?limit=200': [200, { items: [item] }],
      'PATCH …/registries/m': [200, item],
    });
    const { code } = await cli(`registry edit m --mirror-of ${text} --json`, { server: url });
    expect(code).toBe(0);
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toEqual({ mirrorOf });
  });
});

describe('a server that does not answer as it should', () => {
  it('says that nobody is there', async () => {
    const url = await serve({});
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    const { code, err } = await cli('policy show', { server: url });
    expect(code).toBe(1);
    expect(err).toEqual([
      `pullgate: cannot reach ${url} (connection refused) [SERVER_UNREACHABLE]`,
      '  start it, or name another: pullgate up, or --server URL',
    ]);
  });

  it.each([
    [200, '<html>'],
    [502, '<html>bad gateway'],
    [404, '{}'],
    [500, 'null'],
  ])('says that it is no control plane: %d %s', async (status, body) => {
    const url = await serve({ 'GET …/policy/draft': [status, body] });
    const { code, err } = await cli('policy diff', { server: url });
    expect(code).toBe(1);
    expect(err[0]).toContain('[SERVER_ANSWER_INVALID]');
  });

  it('prints problem, hint and places, and nothing that moves the cursor', async () => {
    const problems = [{ code: 'X', path: '/registries', line: 3, message: 'bad \u001b[2J' }];
    const url = await serve({
      'GET …/policy/draft': [422, problem(422, 'POLICY_INVALID', { hint: 'mend it', problems })],
    });
    const { err } = await cli('policy diff', { server: url });
    expect(err).toEqual([
      'pullgate: detail of POLICY_INVALID [POLICY_INVALID]',
      '  line 3: bad ?[2J',
      '  mend it',
    ]);
  });

  it('sends its token to the server it belongs to, and never prints it', async () => {
    const url = await serve({});
    const { err } = await cli('policy diff', { server: url, config: { isDebug: true } });
    expect(requests[0]?.headers.authorization).toBe('Bearer secret-token');
    expect(err.join()).not.toContain('secret-token');
    const { code } = await cli('policy diff --server http://127.0.0.1:9', { server: url });
    expect(code).toBe(1);
    expect(requests.length).toBe(1);
  });
});

const draft = {
  version: 4,
  base: 2,
  published: 2,
  yaml: 'version: 1\n',
  document: {},
  tests: [],
  warnings: [],
  changes: [{ op: 'add', path: '/registries/quay', text: 'registry quay: quay.io' }],
};
const impact = {
  hours: 720,
  attempts: 41,
  denied: [],
  allowed: [{ registry: 'quay.io', attempts: 41, machines: ['a', 'b', 'c'], people: ['ada', 'bo', 'cy'] }],
};
const published = { revision: 3, publishedAt: 0, changes: [], tests: [], warnings: [] };
const policy = {
  revision: 3,
  mode: 'enforce',
  yaml: 'version: 1\n',
  document: {},
  contentHash: 'x',
  publishedAt: 0,
  publishedBy: { id: '1', name: 'Owner' },
  changes: [],
};
const rollout = {
  revision: 3,
  publishedAt: 0,
  machines: 415,
  acknowledged: 412,
  offline: 3,
  rejected: 0,
  elapsedMs: 610,
};

const applyAnswers: Answers = {
  'GET …/policy/draft': [200, draft],
  'GET …/policy/impact?of=draft&hours=720': [200, impact],
  'POST …/policy/publish': [200, published],
  'GET …/rollout?revision=3': [200, rollout],
  'GET …/policy': [200, policy],
};

describe('policy apply', () => {
  it('shows, asks, publishes what was shown, and tells how far it reached', async () => {
    const url = await serve(applyAnswers);
    const { code, out, err } = await cli('policy apply', { server: url, answers: ['y'] });
    expect(code).toBe(0);
    expect(err).toEqual([
      '+ registry quay: quay.io',
      'no tests in the policy · effect on the last 30 days: 41 attempts by 3 people become allowed, 0 become denied',
      '  41 attempts by 3 people on quay.io become allowed',
    ]);
    expect(out).toEqual(['r3 published · enforced on 412 of 415 machines in 0.6 s · 3 offline']);
    expect(requests.find(({ line }) => line.startsWith('POST'))?.headers['if-match']).toBe('"d4"');
  });

  it.each([['n'], [''], ['yess']])('publishes nothing for the answer %j', async (answer) => {
    const { code } = await cli('policy apply', { server: await serve(applyAnswers), answers: [answer] });
    expect(code).toBe(1);
    expect(requests.some(({ line }) => line.startsWith('POST'))).toBe(false);
  });

  it('says that somebody was faster, and that nothing is lost', async () => {
    const conflict = {
      ...applyAnswers,
      'POST …/policy/publish': [409, problem(409, 'DRAFT_CONFLICT')],
    } as const;
    const { code, err } = await cli('policy apply --yes', { server: await serve(conflict) });
    expect(code).toBe(1);
    expect(err.at(-2)).toContain('[DRAFT_CONFLICT]');
    expect(err.at(-1)).toContain('nothing is lost');
  });

  it('prints one JSON document with --json', async () => {
    const { out } = await cli('policy apply --yes --json', { server: await serve(applyAnswers) });
    expect(out.length).toBe(1);
    expect(JSON.parse(out[0] ?? '')).toEqual({ ...published, rollout });
  });
});

describe('login', () => {
  const session = {
    kind: 'user',
    user: { id: '1', email: 'dev@acme.example', name: 'Dev' },
    scopes: [],
    organizations: [{ id: '1', slug: 'acme', name: 'Acme', role: 'owner', scopes: [] }],
  };

  it('signs in by password, keeps a token of its own, ends the session', async () => {
    const url = await serve({
      'POST /api/auth/sign-in/email': [200, { token: 'session' }],
      'GET /api/v1/session': [200, session],
      'POST …/tokens': [
        201,
        {
          id: 't1',
          token: 'pgt_new',
          name: 'x',
          start: 'pgt',
          scopes: [],
          createdAt: 0,
          createdBy: { id: '1', name: 'Dev' },
        },
      ],
      'POST /api/auth/sign-out': [200, {}],
      'DELETE …/tokens/t1': [204, undefined],
    });
    const { code, out } = await cli(`login --password --server ${url}`, {
      answers: ['dev@acme.example', 'secret'],
    });
    expect([code, out]).toEqual([0, [`signed in to acme at ${url} as dev@acme.example`]]);
    expect(requests.map(({ line }) => line.split(' ')[1])).toEqual([
      '/api/auth/sign-in/email',
      '/api/v1/session',
      '/api/v1/organizations/acme/tokens',
      '/api/auth/sign-out',
    ]);
    expect((await cli('logout')).code).toBe(0);
    expect(requests.at(-1)).toMatchObject({ line: 'DELETE /api/v1/organizations/acme/tokens/t1' });
    expect((await cli('logout')).code).toBe(1);
  });

  it('says that e-mail and password do not fit, not which', async () => {
    const url = await serve({
      'POST /api/auth/sign-in/email': [401, problem(401, 'INVALID_EMAIL_OR_PASSWORD')],
    });
    const { code, err } = await cli(`login --password --server ${url}`, { answers: ['a@b.c', 'x'] });
    expect(code).toBe(1);
    expect(err[0]).toContain('[SIGN_IN_FAILED]');
  });

  it('asks nobody when there is no terminal', async () => {
    const { code, err } = await cli('login --password --server http://127.0.0.1:9');
    expect(code).toBe(2);
    expect(err[1]).toContain('--with-token');
  });

  it('refuses an organization that the person is not in', async () => {
    const url = await serve({ 'GET /api/v1/session': [200, session] });
    const { err } = await cli(`login --server ${url} --organization other --with-token`, {
      answers: ['pgt_x'],
    });
    expect(err[0]).toContain('[ORGANIZATION_UNKNOWN]');
  });
});

describe('check', () => {
  const answer = {
    reference: 'ghcr.io/acme/app:1',
    action: 'pull',
    verdict: 'deny',
    effect: 'refuse',
    mode: 'enforce',
    reason: 'NOT_LISTED',
    revision: 2,
    message:
      'acme does not allow ghcr.io (not on the list, r2). Ask in #platform: https://wiki.acme.example/registries',
    steps: [],
    policyAgeMs: 240_000,
    nearest: { ruleId: 'm', text: 'registry.acme.example:5000/mirror/ghcr/**   allowed for pull' },
  };

  it('prints what the guide shows', async () => {
    const url = await serve({ 'POST …/check': [200, answer] });
    const { code, out } = await cli('check ghcr.io/acme/app:1 --as dev@acme.example', { server: url });
    expect(code).toBe(3);
    expect(out).toEqual([
      'denied   ghcr.io/acme/app:1   pull',
      '  not on the list of acme (revision 2, 4 minutes old)',
      '  nearest: registry.acme.example:5000/mirror/ghcr/**   allowed for pull',
      '  ask:     Ask in #platform: https://wiki.acme.example/registries',
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      reference: 'ghcr.io/acme/app:1',
      action: 'pull',
      as: 'dev@acme.example',
    });
  });

  it('shows a sentence whole that it cannot take apart', async () => {
    const url = await serve({ 'POST …/check': [200, { ...answer, message: 'no policy on this machine' }] });
    expect((await cli('check x --draft', { server: url })).out[1]).toContain('no policy on this machine');
  });

  it('says when the agent does not answer', async () => {
    const { code, err } = await cli('check x');
    expect(code).toBe(1);
    expect(err[0]).toContain('[AGENT_UNREACHABLE]');
  });
});

describe('credentials from the environment', () => {
  it('go before what is stored', async () => {
    const url = await serve({ 'GET …/policy': [200, policy] });
    const config = { token: 'env-token', server: url, organization: 'acme' };
    const { code, out } = await cli('policy show', { config });
    expect([code, out]).toEqual([0, ['version: 1']]);
    expect(requests[0]?.headers.authorization).toBe('Bearer env-token');
  });

  it('need a server and an organization', async () => {
    expect(await cli('policy show', { config: { token: 'env-token' } })).toMatchObject({ code: 2 });
  });
});
