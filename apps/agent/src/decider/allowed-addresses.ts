/** Matches IP literals against the addresses that a policy names although they are loopback, link-local or metadata. */

import { BlockList, isIP } from 'node:net';

export interface AllowedAddresses {
  /** `address` is an IP literal without brackets or zone. */
  has(address: string): boolean;
}

/** `blocks` are addresses or CIDR blocks, as validated by the policy. */
export function compileAllowedAddresses(blocks: readonly string[]): AllowedAddresses {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const family = toFamily(address);
    if (family === undefined) continue;
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    has: (address) => {
      const family = toFamily(address);
      return family !== undefined && list.check(address, family);
    },
  };
}

function toFamily(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
