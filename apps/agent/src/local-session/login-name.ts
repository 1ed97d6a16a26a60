/** Names a uid of this machine for people, by `/etc/passwd` alone: a directory service may hang, and the name decides nothing. */

import { readFile, stat } from 'node:fs/promises';

/** A larger file is not read: its size is in the hands of whoever manages the machine's users. */
const MAX_PASSWD_BYTES = 4 * 1024 * 1024;
const MAX_LOGIN_LENGTH = 64;

/** `uid-1000` when the name is not known. */
export async function loginNameOf(uid: number, path = '/etc/passwd'): Promise<string> {
  return findLogin(await readPasswd(path), uid) ?? `uid-${uid}`;
}

/** First entry of a uid, as the C library takes it; letters that no login name has are refused. */
export function findLogin(passwd: string, uid: number): string | undefined {
  for (const line of passwd.split('\n')) {
    const [login = '', , id] = line.split(':');
    if (id === String(uid))
      return /^[\w][\w.@$-]*$/.test(login) ? login.slice(0, MAX_LOGIN_LENGTH) : undefined;
  }
  return undefined;
}

async function readPasswd(path: string): Promise<string> {
  try {
    return (await stat(path)).size > MAX_PASSWD_BYTES ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
