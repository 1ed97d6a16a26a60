/** What every command is given, and how a command finds the control plane it speaks to. */

import { type ApiClient, createApiClient } from './api-client.ts';
import { CliError, type ExitCode } from './cli-error.ts';
import type { CliConfig } from './config.ts';
import { type Credential, type CredentialStore, createCredentialStore } from './credentials.ts';
import type { Terminal } from './terminal.ts';

export interface Context {
  readonly config: CliConfig;
  readonly terminal: Terminal;
  readonly credentials: CredentialStore;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What a command does: its arguments in order and its options as declared. */
export type Command<Options> = (
  context: Context,
  options: Options,
  args: readonly string[],
) => Promise<ExitCode>;

/** Options of every command that speaks to the control plane. */
export interface TargetOptions {
  readonly server?: string;
  readonly organization?: string;
}

export function createContext(config: CliConfig, terminal: Terminal): Context {
  return { config, terminal, credentials: createCredentialStore(config.home), now: Date.now };
}

/**
 * The server's address as it is stored and shown: without path and trailing slash.
 * @throws CliError USAGE
 */
export function parseServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new CliError(
      'USAGE',
      `expected an address such as https://pullgate.example, got ${JSON.stringify(text)}`,
      {
        exitCode: 2,
      },
    );
  }
  return url.origin;
}

/** The stored sign-in that options and environment choose; the last used when they choose none. */
export function findCredential(context: Context, options: TargetOptions): Credential | undefined {
  const wanted = options.server ?? context.config.server;
  const server = wanted === undefined ? undefined : parseServer(wanted);
  const organization = options.organization ?? context.config.organization;
  return context.credentials
    .list()
    .find(
      (entry) =>
        (server === undefined || entry.server === server) &&
        (organization === undefined || entry.organization === organization),
    );
}

/**
 * A client for the chosen server and organization; `PULLGATE_TOKEN` goes before what is stored.
 * @throws CliError NOT_SIGNED_IN, USAGE
 */
export function createClient(context: Context, options: TargetOptions): ApiClient {
  const { config } = context;
  const organization = options.organization ?? config.organization;
  const server = options.server ?? config.server;
  if (config.token !== undefined) {
    if (server === undefined || organization === undefined) {
      throw new CliError('USAGE', 'PULLGATE_TOKEN is set, but not the server and organization it is for', {
        hint: 'set PULLGATE_SERVER and PULLGATE_ORGANIZATION, or give --server URL --organization SLUG',
        exitCode: 2,
      });
    }
    return createApiClient({ server: parseServer(server), organization, token: config.token });
  }
  const credential = findCredential(context, options);
  if (credential === undefined) throw toNotSignedIn(server, organization);
  return createApiClient(credential);
}

function toNotSignedIn(server: string | undefined, organization: string | undefined): CliError {
  const place = [organization, server].filter((part) => part !== undefined).join(' at ');
  return new CliError('NOT_SIGNED_IN', place === '' ? 'not signed in' : `not signed in to ${place}`, {
    hint: `sign in: pullgate login${server === undefined ? ' --server URL' : ` --server ${server}`}   (or start your own: pullgate up)`,
  });
}
