/**
 * Signs the users of this machine in and out at the control plane, each under the uid that asks. Leaves who asks to the
 * sockets, and what a session means to `subjects/`. A token passes through; it is neither kept nor logged.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentSession, CreateAgentSession, LocalSession } from '@pullgate/protocol';
import { AgentError } from '../agent-error.ts';
import type { BundleStore } from '../bundle-store/bundle-store.ts';
import type { ControlPlaneClient } from '../control-plane/client.ts';
import type { RequiredSignIn } from '../sign-in-required/required.ts';
import { meets, requiredOrgsOf } from '../subjects/judge-sign-in.ts';
import { loginNameOf } from './login-name.ts';

/** A person waits at a terminal; a control plane that is well answers within one. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 200;

export interface LocalSessionsOptions {
  readonly client: Pick<ControlPlaneClient, 'createSession' | 'deleteSession'>;
  readonly store: BundleStore;
  /** Fetches the documents now. */
  readonly refresh: () => Promise<void>;
  readonly required: () => RequiredSignIn;
  /** Slug of the organization that the machine belongs to. */
  readonly organization: string;
}

export interface LocalSessions {
  /** @throws AgentError `LOCAL_FORBIDDEN` for a peer that is not known, `SESSION_REFUSED`, `SERVER_UNREACHABLE`, `SERVER_REFUSED`, … */
  signIn(uid: number | undefined, token: string): Promise<LocalSession>;
  /** Also when nobody is signed in under this uid. */
  signOut(uid: number | undefined): Promise<void>;
}

export function createLocalSessions(options: LocalSessionsOptions): LocalSessions {
  const { client, store } = options;
  const sequence = (): number => store.positions().assignment?.revision ?? 0;
  return {
    signIn: async (peer, token) => {
      const uid = expectUid(peer);
      const session = await createSession({ token, uid, login: await loginNameOf(uid) }, client);
      await waitFor(() => sequence() >= session.sequence, options);
      const requiredOrgs = requiredOrgsOf(options.required(), options.organization);
      const { mechanism, problem } = options.required();
      const isEnough = problem === undefined && meets(session.organizations, requiredOrgs);
      return {
        email: session.user.email,
        organizations: [...session.organizations],
        allowed: mechanism === 'none' || isEnough,
        requiredOrgs: [...requiredOrgs],
      };
    },
    signOut: async (peer) => {
      const uid = expectUid(peer);
      const own = () => store.snapshot()?.assignment?.sessions.find((session) => session.uid === uid);
      const session = own();
      if (session === undefined) return;
      await client.deleteSession(session.id);
      await waitFor(() => own()?.id !== session.id, options);
    },
  };
}

/** A refused token is the person's to mend; a machine whose own key is refused is not. */
async function createSession(
  wish: CreateAgentSession,
  client: LocalSessionsOptions['client'],
): Promise<AgentSession> {
  try {
    return await client.createSession(wish);
  } catch (cause) {
    const code = cause instanceof AgentError ? cause.answer?.code : undefined;
    if (code === 'TWO_FACTOR_REQUIRED') {
      throw new AgentError('SESSION_REFUSED', 'the organization requires a second factor of you', {
        hint: 'set one up in the settings of your account, in a browser; then sign in again: pullgate login',
        cause,
      });
    }
    if (code !== 'TOKEN_INVALID' && code !== 'TOKEN_EXPIRED') throw cause;
    throw new AgentError('SESSION_REFUSED', `the control plane does not accept this token (${code})`, {
      cause,
    });
  }
}

/** Where the platform does not name the peer, a session would be anybody's. */
function expectUid(uid: number | undefined): number {
  if (uid !== undefined) return uid;
  throw new AgentError('LOCAL_FORBIDDEN', 'expected a peer whose uid this platform tells');
}

/** The answer says that something is in force, so it is waited for: a person pulls in the next second. */
async function waitFor(
  isInForce: () => boolean,
  { refresh }: Pick<LocalSessionsOptions, 'refresh'>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isInForce()) {
    if (performance.now() > deadline)
      throw new AgentError('SERVER_UNREACHABLE', 'the control plane took it, but no assignment came in time');
    await refresh();
    if (!isInForce()) await sleep(PAUSE_MS);
  }
}
