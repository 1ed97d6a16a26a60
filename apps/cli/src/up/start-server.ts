/** Brings the control plane of `up` into service: set-up on first use, start, and a sign-in for this command that works. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SetUpResult } from '@pullgate/control-plane';
import type { Session } from '@pullgate/protocol';
import { createApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { isUnknownAddress } from '../unknown-address.ts';
import { askOrganization } from './ask-organization.ts';
import { type Child, spawnChild } from './child-process.ts';
import type { ControlPlaneSettings, IssueCall, SetUpCall } from './control-plane-child.ts';
import type { LogFile } from './log-file.ts';
import { type Supervised, supervise } from './supervisor.ts';

export interface ServerOptions {
  readonly dataDir: string;
  readonly listen: string;
  /** Name of the first organization. */
  readonly organization?: string;
  readonly yes?: boolean;
}

export interface StartedServer {
  readonly url: string;
  readonly credential: Credential;
  /** One-time code by which the owner sets a password; only until that was done. */
  readonly welcomeCode?: string;
  /** By which the agent of this machine enrols; on first use only. */
  readonly enrollmentToken?: string;
  readonly supervised: Supervised;
}

type Access = Omit<StartedServer, 'supervised'>;

export async function startServer(
  context: Context,
  options: ServerOptions,
  log: LogFile,
): Promise<StartedServer> {
  const settings = { dataDir: join(options.dataDir, 'control-plane'), listen: options.listen };
  const child = spawnChild('control-plane', log);
  try {
    const isSetUp = await child.call<boolean>('isSetUp', settings);
    const access = isSetUp
      ? await startAgain(context, options, child, settings)
      : await startFirst(context, options, child, settings);
    const supervised = supervise(child, {
      name: 'control plane',
      spawn: () => spawnChild('control-plane', log),
      start: async (next) => void (await next.call('start', toFixed(settings, access.url))),
      report: context.terminal.err,
    });
    return { ...access, supervised };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** With the port that was given for port 0, so that a server that starts again is found again. */
const toFixed = (settings: ControlPlaneSettings, url: string): ControlPlaneSettings => ({
  ...settings,
  listen: settings.listen.replace(/:0$/, `:${new URL(url).port}`),
});

const start = (child: Child, settings: ControlPlaneSettings): Promise<{ url: string }> =>
  child.call<{ url: string }>('start', settings);

async function startFirst(
  context: Context,
  options: ServerOptions,
  child: Child,
  settings: ControlPlaneSettings,
): Promise<Access> {
  const { email, password } = context.config.owner;
  const organization = options.organization ?? (await askOrganization(context, options.yes === true));
  rememberOrganization(settings.dataDir, organization);
  const call: SetUpCall = {
    settings,
    request: {
      organization,
      ...(email === undefined ? {} : { email }),
      ...(password === undefined ? {} : { password }),
    },
  };
  const { token, welcomeCode, enrollmentToken } = await child.call<SetUpResult>('setUp', call);
  const { url } = await start(child, settings);
  const credential = { server: url, organization, token };
  return { url, credential, enrollmentToken, ...(welcomeCode === undefined ? {} : { welcomeCode }) };
}

/**
 * The stored sign-in if it still works, else a new one: whoever runs `up` owns the data directory. An owner who has no
 * password yet gets a new welcome code.
 */
async function startAgain(
  context: Context,
  options: ServerOptions,
  child: Child,
  settings: ControlPlaneSettings,
): Promise<Access> {
  const organization =
    recallOrganization(settings.dataDir) ?? (await askOrganization(context, options.yes === true));
  const { url } = await start(child, settings);
  const stored = context.credentials
    .list()
    .find((entry) => entry.server === url && entry.organization === organization);
  const session = stored === undefined ? undefined : await fetchSession(stored);
  if (stored !== undefined && session !== undefined && !isUnclaimed(session))
    return { url, credential: stored };
  await child.call('stop');
  const call: IssueCall = { settings: toFixed(settings, url), organization };
  const credential =
    stored !== undefined && session !== undefined
      ? stored
      : { server: url, organization, token: await child.call<string>('issueOwnerToken', call) };
  const needsWelcome = session !== undefined && isUnclaimed(session);
  const welcomeCode = needsWelcome ? await child.call<string>('issueWelcomeCode', call) : undefined;
  await start(child, call.settings);
  return { url, credential, ...(welcomeCode === undefined ? {} : { welcomeCode }) };
}

const isUnclaimed = ({ user }: Session): boolean => isUnknownAddress(user.email);

/** Undefined when the server does not know the token. */
async function fetchSession(credential: Credential): Promise<Session | undefined> {
  try {
    return await createApiClient(credential).fetchSession();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

const toMemoryPath = (dataDir: string): string => join(dataDir, '..', 'organization');

/** Beside the database, for the day on which the stored credentials are lost. */
function rememberOrganization(dataDir: string, organization: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(toMemoryPath(dataDir), `${organization}\n`, { mode: 0o600, flush: true });
}

function recallOrganization(dataDir: string): string | undefined {
  try {
    return readFileSync(toMemoryPath(dataDir), 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
