/** What stands in the private /etc of a laboratory, to be compared: whoever undoes what they did gives every byte back. */

import type { Lab } from './lab.ts';

/** Every file with its mode and content hash, but for the lock that Podman leaves. */
export async function listEtc(lab: Lab): Promise<readonly string[]> {
  const list =
    'cd /etc && find . -type f ! -name cni.lock -exec sha256sum {} + ; find . ! -name cni.lock -printf "%m %p %l\\n"';
  return (await lab.must(['sh', '-c', list])).split('\n').sort();
}
