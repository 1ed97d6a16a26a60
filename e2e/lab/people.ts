/** The people of a laboratory: a real identity provider, a name server that proves their domain, and an account on the machine. */

import { appendFileSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, Outcome } from './lab.ts';
import type { LabProcess } from './process.ts';
import { OWNER, PULLGATE, type Pullgate } from './pullgate.ts';

/** The developer's account on the machine; nobody's on the machine that runs the tests. */
export const DEVELOPER = { name: 'dev', uid: 4242, email: 'dev@acme.example', subject: 'u-dev' } as const;
/** Signs in well, and belongs to another organization of the same server. */
export const STRANGER = { email: 'eve@globex.example', subject: 'u-eve' } as const;

const HOME = `/var/tmp/${DEVELOPER.name}`;
const { uid: UID } = DEVELOPER;
/** Becomes the developer, in the developer's home. */
const BECOME = [
  ...['sh', '-c', 'cd "$HOME" && exec "$@"', 'developer'],
  ...['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'],
];
const SOCKET = { PULLGATE_AGENT_SOCKET: '/run/pullgate/agent.sock' };

const PROVIDER_PORT = 9400;
export const ISSUER = `http://127.0.0.1:${PROVIDER_PORT}`;
const CLIENT = { id: 'pullgate', secret: 'a secret of the laboratory' } as const;
const PROVIDER = join(import.meta.dirname, '../../packages/testkit/src/identity-provider-main.ts');

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** Gives the machine a developer, and the name server to everyone who resolves names. */
export function addDeveloper(lab: Lab): void {
  const { name, uid } = DEVELOPER;
  appendFileSync(lab.path('/etc/passwd'), `${name}:x:${uid}:${uid}::/var/tmp/${name}:/bin/sh\n`);
  appendFileSync(lab.path('/etc/group'), `${name}:x:${uid}:\n`);
  appendFileSync(lab.path('/etc/resolv.conf'), 'nameserver 127.0.0.1\n');
  mkdirSync(lab.path(HOME));
  chownSync(lab.path(HOME), uid, uid);
}

export function startNameServer(lab: Lab): Promise<LabProcess> {
  return lab.start(
    'name-server',
    [process.execPath, join(import.meta.dirname, 'name-server.ts')],
    /listening/,
  );
}

/** The provider knows two people and one client. */
export function startProvider(lab: Lab, { server }: Pullgate): Promise<LabProcess> {
  const redirectUris = ['acme', 'globex'].map((slug) => `${server}/api/auth/sso/callback/${slug}`);
  const options = {
    port: PROVIDER_PORT,
    clients: [{ clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUris }],
    accounts: [
      toAccount(DEVELOPER.email, DEVELOPER.subject, 'Dev Eloper', ['engineering']),
      toAccount(STRANGER.email, STRANGER.subject, 'Eve Elsewhere', []),
    ],
  };
  return lab.start('identity-provider', [process.execPath, PROVIDER, JSON.stringify(options)], /^http/m);
}

const toAccount = (email: string, sub: string, name: string, groups: readonly string[]) => ({
  login: email,
  subject: sub,
  email,
  emailVerified: true,
  name,
  groups,
});

/** Runs a command as the developer, from the developer's own home. */
export function asDeveloper(
  lab: Lab,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return lab.run([...BECOME, ...argv], { env: { HOME, ...SOCKET, ...env }, timeoutMs: 120_000 });
}

export const asDeveloperPullgate = (lab: Lab, ...args: readonly string[]): Promise<Outcome> =>
  asDeveloper(lab, [PULLGATE, ...args]);

/** A call of the API as the owner (or by `token`), from within the laboratory. */
export async function call(
  lab: Lab,
  { server }: Pullgate,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  const script = join(import.meta.dirname, 'call-api.ts');
  const text = body === undefined ? '' : JSON.stringify(body);
  const argv = [
    process.execPath,
    script,
    method,
    `${server}${path}`,
    text,
    ...(token === undefined ? [] : [token]),
  ];
  return JSON.parse(await lab.must(argv)) as Answer;
}

/** The owner's own session, good for every organization of theirs; the token that `up` left is for one alone. */
export async function signInOwner(lab: Lab, pullgate: Pullgate): Promise<string> {
  const person = { email: OWNER.PULLGATE_OWNER_EMAIL, password: OWNER.PULLGATE_OWNER_PASSWORD };
  const { body } = await must(call(lab, pullgate, 'POST', '/api/auth/sign-in/email', person, ''));
  return body.token as string;
}

/** Connects an organization with the provider and proves that its domain is its own. */
export async function connectProvider(
  lab: Lab,
  pullgate: Pullgate,
  names: LabProcess,
  token: string,
  organization: string,
  domain: string,
): Promise<void> {
  const at = (path: string) => `/api/v1/organizations/${organization}/${path}`;
  const { body: claim } = await must(call(lab, pullgate, 'POST', at('domains'), { domain }, token));
  names.write(`${claim.record.name}=${claim.record.value}\n`);
  await must(call(lab, pullgate, 'POST', at(`domains/${claim.id}/verify`), {}, token));
  const connection = {
    issuer: ISSUER,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    justInTime: true,
    mappings: organization === 'acme' ? [{ group: 'engineering', teams: ['platform'] }] : [],
  };
  await must(call(lab, pullgate, 'PUT', at('sso'), connection, token));
}

/** Rejects with what the server said when it refused. */
export async function must(answer: Promise<Answer>): Promise<Answer> {
  const { status, body } = await answer;
  if (status >= 400) throw new Error(`the server answered ${status}: ${JSON.stringify(body)}`);
  return { status, body };
}

export interface Visit {
  readonly consent: string;
  readonly end: string;
  readonly url: string;
}

/** A person at the browser of another machine: signs in through the provider, then presses `button`. */
export async function visitDevicePage(
  lab: Lab,
  url: string,
  email: string,
  button: 'Allow' | 'Deny',
): Promise<Visit> {
  const script = join(import.meta.dirname, 'allow-device.ts');
  return JSON.parse(await lab.must([process.execPath, script, url, email, button])) as Visit;
}

/** `pullgate login` as the developer, with somebody at a browser who allows it. */
export async function signIn(lab: Lab, server: string, email: string): Promise<Outcome & Visit> {
  const argv = [...BECOME, PULLGATE, 'login', '--server', server, '--no-browser'];
  const login = await lab.start('login', argv, /http\S+user_code=\S+/, { HOME, ...SOCKET });
  const [url] = await login.waitFor(/http\S+user_code=\S+/);
  const visit = await visitDevicePage(lab, url, email, 'Allow');
  const code = (await login.ended()) ?? -1;
  return { ...visit, code, stdout: login.output, stderr: '', output: login.output };
}
