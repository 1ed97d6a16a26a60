/** Mechanisms on Windows: keys of the registry through `reg query`, and files whose owner and rights PowerShell tells. */

import { readFile, stat } from 'node:fs/promises';
import { type FoundMechanism, MAX_SIGN_IN_FILE_BYTES, type Mechanism } from '@pullgate/required-sign-in';
import { systemCodeOf } from '../agent-error.ts';
import type { Mechanisms } from './mechanisms-seam.ts';
import { runReader } from './run-reader.ts';

const SYSTEM = 'C:\\Windows\\System32';
const POWERSHELL = `${SYSTEM}\\WindowsPowerShell\\v1.0\\powershell.exe`;

export function createWindowsMechanisms(
  all: readonly Mechanism[],
  run: typeof runReader = runReader,
): Mechanisms {
  return {
    all,
    files: all.filter(({ format }) => format !== 'registry-key').map(({ place }) => place),
    read: (mechanism) =>
      mechanism.format === 'registry-key' ? readKey(mechanism, run) : readWindowsFile(mechanism, run),
  };
}

/** Below HKLM\SOFTWARE\Policies only administrators write, so that nothing more is asked. `reg` ends with 1 without a key. */
async function readKey(mechanism: Mechanism, run: typeof runReader): Promise<FoundMechanism | undefined> {
  const { status, output } = await run(`${SYSTEM}\\reg.exe`, ['query', mechanism.place]);
  if (status === 1) return undefined;
  if (status === 0) return { mechanism, bytes: output };
  return { mechanism, problem: `${mechanism.place}: reg query did not answer` };
}

async function readWindowsFile(
  mechanism: Mechanism,
  run: typeof runReader,
): Promise<FoundMechanism | undefined> {
  const { place } = mechanism;
  try {
    const { size } = await stat(place);
    const command = `(Get-Acl -LiteralPath '${place}').Sddl`;
    const { status, output } = await run(POWERSHELL, ['-NoProfile', '-NonInteractive', '-Command', command]);
    const isTrusted = status === 0 && isAdministratorsOnly(Buffer.from(output).toString('utf8').trim());
    if (!isTrusted) {
      const mend = `icacls "${place}" /setowner Administrators /inheritance:r /grant Administrators:F SYSTEM:F Users:R`;
      return {
        mechanism,
        problem: `${place}: others than Administrators may write it, so anybody could have put it there; mend: ${mend}`,
      };
    }
    const bytes =
      size > MAX_SIGN_IN_FILE_BYTES ? new Uint8Array(MAX_SIGN_IN_FILE_BYTES + 1) : await readFile(place);
    return { mechanism, bytes };
  } catch (error) {
    const code = systemCodeOf(error) ?? 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? undefined
      : { mechanism, problem: `${place}: cannot be read (${code})` };
  }
}

/** Administrators, SYSTEM, TrustedInstaller. */
const TRUSTED_SIDS: readonly string[] = [
  'BA',
  'SY',
  'S-1-5-18',
  'S-1-5-32-544',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
];

/** Reading and executing, as letters and as the mask that Explorer shows for them. */
const READ_ONLY = /^(?:FR|FX|GR|GX|RC|0x1200a9|0x120089|0x1200a0)+$/i;

/**
 * Whether a security descriptor (SDDL, [MS-DTYP] 2.5.1) lets administrators alone write. Files below C:\ProgramData that
 * anybody makes belong to whoever made them.
 */
export function isAdministratorsOnly(sddl: string): boolean {
  const owner = /^O:(S-[0-9-]+|[A-Z]{2})/.exec(sddl)?.[1];
  if (owner === undefined || !TRUSTED_SIDS.includes(owner)) return false;
  const list = /D:[A-Z_]*((?:\([^()]*\))+)/.exec(sddl)?.[1];
  // No list at all lets everybody do everything.
  if (list === undefined) return false;
  return [...list.matchAll(/\(([^()]*)\)/g)].every(([, entry = '']) => {
    const [type, flags = '', rights = '', , , sid = ''] = entry.split(';');
    return type === 'D' || flags.includes('IO') || TRUSTED_SIDS.includes(sid) || READ_ONLY.test(rights);
  });
}
