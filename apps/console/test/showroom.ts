/**
 * A control plane with something to see: an organization with people, teams, registries, machines and what they decided.
 * Real server, real database, machines that speak the agents' protocol. For tests, for screenshots, and by hand:
 * `node apps/console/test/showroom.ts 7480`, then sign in as it says.
 */

import type { Heartbeat, SignInReport } from '@pullgate/protocol';
import { signInDevice } from '../../control-plane/test/device-login.ts';
import { type Harness, OWNER, startHarness } from '../../control-plane/test/harness.ts';
import { enrollMachine, record, type TestMachine } from '../../control-plane/test/machine.ts';

export { OWNER };

export const PEOPLE = {
  admin: { email: 'ada@acme.example', role: 'admin', name: 'Ada Admin' },
  auditor: { email: 'aki@acme.example', role: 'auditor', name: 'Aki Auditor' },
  member: { email: 'mia@acme.example', role: 'member', name: 'Mia Member' },
} as const;

export interface Showroom {
  readonly plane: Harness;
  readonly machines: readonly TestMachine[];
  /** Every machine says once more what it said at first: it is online for another half minute. */
  beat(): Promise<void>;
  close(): Promise<void>;
}

const REGISTRIES = [
  { registry: 'ghcr.io', name: 'GitHub', allow: ['pull'], repositories: ['acme/**'] },
  { registry: 'quay.io', allow: ['pull'], repositories: ['prometheus/**', 'coreos/**'] },
  { registry: 'registry.acme.example:5000', name: 'Our own', allow: ['pull', 'push'], teams: ['platform'] },
];
const MACHINES = ['laptop-7', 'laptop-12', 'build-01', 'build-02', 'ci-runner-3'];
const REQUIRED = { mechanism: 'registry.json', place: '/etc/pullgate/registry.json', allowedOrgs: ['acme'] };
/** What the first machines say of enforced sign-in. */
const SIGN_IN: readonly SignInReport[] = [
  { ...REQUIRED, state: 'satisfied' },
  { ...REQUIRED, state: 'required' },
  {
    ...REQUIRED,
    allowedOrgs: [],
    state: 'required',
    problem: '/etc/pullgate/registry.json: allowedOrgs is a number, expected a list of organizations',
  },
];
const docker = { name: 'docker', version: '26.1', wired: true, depth: 'host' } as const;
/** What some machines report besides: an older revision that stayed, an engine that goes past, decisions that were lost. */
const REPORTS: Readonly<Record<string, Partial<Heartbeat>>> = {
  'laptop-12': { policy: { epoch: 1, revision: 1 } },
  'build-02': {
    engines: [
      { ...docker, depth: 'full' },
      { name: 'podman', version: '5.4', wired: false, depth: 'none' },
    ],
    log: { pending: 12, dropped: 3 },
  },
  'ci-runner-3': {
    policy: { epoch: 1, revision: 1 },
  },
};
const DENIED = ['mcr.microsoft.com', 'registry.gitlab.com', 'public.ecr.aws'];

/**
 * @param port of 127.0.0.1; 0: any that is free
 * @param config further settings of the server
 */
export async function openShowroom(port = 0, config: object = {}): Promise<Showroom> {
  const plane = await startHarness({ config: { listen: `127.0.0.1:${port}`, ...config } });
  try {
    await addPeople(plane);
    await addRegistries(plane);
    const machines = await addMachines(plane);
    await signInOn(plane, machines[0]);
    await plane.owner.post('registries', { registry: 'registry.k8s.io', allow: ['pull'] });
    return { plane, machines, beat: () => beat(machines), close: () => plane.close() };
  } catch (error) {
    await plane.close();
    throw error;
  }
}

async function addPeople(plane: Harness): Promise<void> {
  for (const person of Object.values(PEOPLE)) await plane.addMember(person);
  await plane.addMember({
    email: 'dora@acme.example',
    role: 'member',
    name: 'Dora Directory',
    source: 'scim',
  });
  for (const [slug, name] of [
    ['platform', 'Platform'],
    ['payments', 'Payments'],
  ]) {
    await must(plane.owner.post('teams', { slug, name }));
  }
  const { body } = await must(plane.owner.get('members?search=ada'));
  await must(plane.owner.put(`teams/platform/members/${body.items[0].id}`));
  await must(plane.owner.post('invitations', { email: 'new@acme.example', role: 'member' }));
}

async function addRegistries(plane: Harness): Promise<void> {
  for (const entry of REGISTRIES) await must(plane.owner.post('registries', entry));
  const { headers } = await must(plane.owner.get('policy/draft'));
  const etag = { 'if-match': headers.get('etag') ?? '' };
  await must(plane.owner.post('policy/publish', { comment: 'what we use today' }, etag));
}

async function addMachines(plane: Harness): Promise<TestMachine[]> {
  const machines: TestMachine[] = [];
  for (const [at, name] of MACHINES.entries()) {
    const machine = await enrollMachine(plane, { name });
    // One machine lost some of what it decided.
    const records = decisionsOf(at).filter(({ seq }) => name !== 'build-02' || seq < 20 || seq > 31);
    await must(machine.send('first', records));
    machines.push(machine);
  }
  await beat(machines);
  return machines;
}

async function beat(machines: readonly TestMachine[]): Promise<void> {
  for (const [at, machine] of machines.entries()) {
    const name = MACHINES[at] ?? '';
    await must(
      machine.heartbeat({
        policy: { epoch: 1, revision: 2 },
        engines: [docker],
        ...(at < SIGN_IN.length ? { signIn: SIGN_IN[at] as SignInReport } : {}),
        ...REPORTS[name],
        // What is in force, so only once it is published.
        ...(name === 'ci-runner-3' ? { rejected: { code: 'SIGNATURE_INVALID', at: Date.now() } } : {}),
      }),
    );
  }
}

/** The member is signed in on the first machine, and holds it by that. */
async function signInOn(plane: Harness, machine: TestMachine | undefined): Promise<void> {
  const browser = await plane.signIn(PEOPLE.member.email, OWNER.password);
  const token = await signInDevice(plane, browser);
  const session = machine?.call('POST', '/agent/v1/sessions', { token, uid: 1000, login: 'mia' });
  if (session !== undefined) await must(session);
}

const HOUR_MS = 3_600_000;
const PER_MACHINE = 60;

/** One every 24 minutes of the last day; each fifth would be denied. */
function decisionsOf(machine: number) {
  return Array.from({ length: PER_MACHINE }, (_, at) => {
    const isDenied = (at + machine) % 5 === 0;
    const registry = isDenied ? (DENIED[(at + machine) % DENIED.length] ?? '') : 'docker.io';
    return record(at + 1, {
      at: Date.now() - (PER_MACHINE - at) * 0.4 * HOUR_MS,
      registry,
      repository: isDenied ? 'team/app' : 'library/alpine',
      action: 'pull',
      tag: TAGS[at % TAGS.length] ?? 'latest',
      engine: 'docker/26.1.4 go/go1.21',
      depth: 'full',
      point: 'gateway',
      ...(isDenied ? refusalOf(registry, at) : { ruleId: 'hub' }),
    });
  });
}

const TAGS = ['3.20', 'latest', '1.27.2'];

/** The older ones went through, because nothing was enforced then. */
function refusalOf(registry: string, at: number) {
  const isRecent = at > PER_MACHINE / 2;
  return {
    verdict: 'deny',
    reason: 'NOT_LISTED',
    message: `acme does not allow pull ${registry}/team/app (not on the list, r1). Ask in #platform`,
    effect: isRecent ? 'refuse' : 'forward',
    mode: isRecent ? 'enforce' : 'observe',
  } as const;
}

async function must<T extends { readonly status: number; readonly body: unknown }>(
  sent: Promise<T>,
): Promise<T> {
  const answer = await sent;
  if (answer.status >= 300) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

if (import.meta.main) {
  const { plane } = await openShowroom(Number(process.argv[2] ?? 7480));
  console.log(`${plane.url}  ${OWNER.email}  ${OWNER.password}`);
  process.once('SIGINT', () => void plane.close());
  process.once('SIGTERM', () => void plane.close());
}
