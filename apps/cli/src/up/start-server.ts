/** Brings the control plane of `up` into service: set-up on first use, start, and a sign-in for this command that works. */

import { join } from 'node:path';
import type { SetUpResult } from '@pullgate/control-plane';
import { createApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { askOrganization } from './ask-organization.ts';
import { type Child, spawnChild } from './child-process.ts';
import type { ControlPlaneSettings, OwnerTokenCall, SetUpCall } from './control-plane-child.ts';
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
  /** One-time code by which the owner sets a password; on first use only. */
  readonly welcomeCode?: string;
  readonly supervised: Supervised;
}

export async function startServer(
  context: Context,
  options: ServerOptions,
  log: LogFile,
): Promise<StartedServer> {
  const settings = { dataDir: join(options.dataDir, 'control-plane'), listen: options.listen };
  const child = spawnChild('control-plane', log);
  try {
    const setUp = await setUpOnFirstUse(context, options, child, settings);
    const { url } = await child.call<{ url: string }>('start', settings);
    const credential = await findWorkingCredential(context, child, settings, url, setUp);
    const again = {
      ...settings,
      listen: new URL(url).port === '' ? options.listen : toListen(options.listen, url),
    };
    const supervised = supervise(child, {
      name: 'control plane',
      spawn: () => spawnChild('control-plane', log),
      start: async (next) => void (await next.call('start', again)),
      report: context.terminal.err,
    });
    const welcomeCode = setUp?.welcomeCode;
    return { url, credential, supervised, ...(welcomeCode === undefined ? {} : { welcomeCode }) };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** The same host, with the port that was given for port 0, so that a restarted server is found again. */
const toListen = (listen: string, url: string): string => listen.replace(/:0$/, `:${new URL(url).port}`);

async function setUpOnFirstUse(
  context: Context,
  options: ServerOptions,
  child: Child,
  settings: ControlPlaneSettings,
): Promise<SetUpResult | undefined> {
  if (await child.call<boolean>('isSetUp', settings)) return undefined;
  const { email, password } = context.config.owner;
  const organization = options.organization ?? (await askOrganization(context, options.yes === true));
  const call: SetUpCall = {
    settings,
    request: {
      organization,
      ...(email === undefined ? {} : { email }),
      ...(password === undefined ? {} : { password }),
    },
  };
  return child.call<SetUpResult>('setUp', call);
}

/** What set-up gave, else what is stored if it still works, else a new token: whoever runs `up` owns the data directory. */
async function findWorkingCredential(
  context: Context,
  child: Child,
  settings: ControlPlaneSettings,
  url: string,
  setUp: SetUpResult | undefined,
): Promise<Credential> {
  if (setUp !== undefined) return toCredential(url, setUp);
  const stored = context.credentials.list().find(({ server }) => server === url);
  if (stored !== undefined && (await isWorking(stored))) return stored;
  const call: OwnerTokenCall = { settings };
  return toCredential(
    url,
    await child.call<Pick<SetUpResult, 'organization' | 'token'>>('issueOwnerToken', call),
  );
}

const toCredential = (
  server: string,
  { organization, token }: Pick<SetUpResult, 'organization' | 'token'>,
): Credential => ({
  server,
  organization: organization.slug,
  token,
});

async function isWorking(credential: Credential): Promise<boolean> {
  try {
    const { organizations } = await createApiClient(credential).fetchSession();
    return organizations.some(({ slug }) => slug === credential.organization);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    throw error;
  }
}
