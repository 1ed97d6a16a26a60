/**
 * Stored sign-ins: one per server and organization, the last used is current. The file is read only when nobody but its
 * owner can read it (against other users of the machine) and is replaced in one step.
 */

import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '@pullgate/errors';
import { CliError } from './cli-error.ts';

export interface Credential {
  readonly server: string;
  readonly organization: string;
  readonly token: string;
  /** Id of the token at the server, so that signing out can revoke it. */
  readonly tokenId?: string;
  readonly email?: string;
  /** Socket of the agent that `up` runs beside this server. */
  readonly agentSocket?: string;
}

interface CredentialFile {
  readonly version: 1;
  /** Last used first. */
  readonly entries: readonly Credential[];
}

export interface CredentialStore {
  readonly path: string;
  /** @throws CliError CREDENTIALS_EXPOSED, CREDENTIALS_UNREADABLE */
  list(): readonly Credential[];
  /** Adds or replaces, and makes it current. */
  save(credential: Credential): void;
  remove(credential: Pick<Credential, 'server' | 'organization'>): void;
}

const isSame = (a: Pick<Credential, 'server' | 'organization'>, b: typeof a): boolean =>
  a.server === b.server && a.organization === b.organization;

export function createCredentialStore(home: string): CredentialStore {
  const path = join(home, 'credentials.json');
  const list = (): readonly Credential[] => load(path);
  const store = (entries: readonly Credential[]): void => write(home, path, { version: 1, entries });
  return {
    path,
    list,
    save: (credential) => store([credential, ...list().filter((entry) => !isSame(entry, credential))]),
    remove: (credential) => store(list().filter((entry) => !isSame(entry, credential))),
  };
}

function load(path: string): readonly Credential[] {
  let text: string;
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) {
      throw new CliError('CREDENTIALS_EXPOSED', `${path} can be read by other users`, {
        hint: `close it: chmod 600 ${path}   (and revoke its tokens if others could have read it: pullgate token list)`,
      });
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CliError('CREDENTIALS_UNREADABLE', `${path} cannot be read`, { cause });
  }
  return parseCredentials(text, path);
}

function parseCredentials(text: string, path: string): readonly Credential[] {
  const broken = (why: string): CliError =>
    new CliError('CREDENTIALS_UNREADABLE', `${path} is not a list of credentials: ${why}`, {
      hint: `move it away and sign in again: mv ${path} ${path}.old; pullgate login`,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken('no JSON');
  }
  const file = value as Partial<CredentialFile> | null;
  if (file?.version !== 1 || !Array.isArray(file.entries)) throw broken('version 1 expected');
  for (const entry of file.entries as readonly Partial<Record<keyof Credential, unknown>>[]) {
    for (const key of ['server', 'organization', 'token'] as const) {
      if (typeof entry?.[key] !== 'string') throw broken(`an entry without ${quote(key)}`);
    }
  }
  return file.entries;
}

function write(home: string, path: string, file: CredentialFile): void {
  const next = `${path}.${process.pid}.new`;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(next, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true });
    chmodSync(next, 0o600);
    renameSync(next, path);
  } catch (cause) {
    rmSync(next, { force: true });
    throw new CliError('FILE_UNWRITABLE', `${path} cannot be written`, {
      hint: 'choose another folder: PULLGATE_HOME=DIR',
      cause,
    });
  }
}
