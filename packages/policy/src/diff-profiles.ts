/** Says how what the organization knows of registries differs between two policies, by registry. */

import type { Change } from './change.ts';
import { isEqual } from './is-equal.ts';
import type { OwnProfile } from './types.ts';

export function diffProfiles(before: readonly OwnProfile[], after: readonly OwnProfile[]): Change[] {
  const old = new Map(before.map((profile) => [profile.registry, profile]));
  const kept = new Set(after.map(({ registry }) => registry));
  return [
    ...after.flatMap((profile) => diffProfile(old.get(profile.registry), profile)),
    ...before.filter(({ registry }) => !kept.has(registry)).map(toRemoval),
  ];
}

function diffProfile(before: OwnProfile | undefined, after: OwnProfile): Change[] {
  const path = pathOf(after);
  if (before === undefined) {
    return [{ op: 'add', path, after, text: `+ hosts of ${after.registry}   ${describe(after)}` }];
  }
  if (isEqual(before, after)) return [];
  const text = `~ hosts of ${after.registry}   ${describe(before)} → ${describe(after)}`;
  return [{ op: 'edit', path, before, after, text }];
}

function toRemoval(before: OwnProfile): Change {
  const text = `- hosts of ${before.registry}   ${describe(before)}`;
  return { op: 'remove', path: pathOf(before), before, text };
}

function pathOf({ registry }: OwnProfile): string {
  return `/profiles/${registry}`;
}

/** `token auth.example; blobs cdn.example, *.cdn.example; shared storage.example`. */
function describe({ tokenHosts = [], blobHosts = [], broadBlobHosts = [] }: OwnProfile): string {
  const part = (name: string, hosts: readonly string[]) =>
    hosts.length === 0 ? [] : [`${name} ${hosts.join(', ')}`];
  return [...part('token', tokenHosts), ...part('blobs', blobHosts), ...part('shared', broadBlobHosts)].join(
    '; ',
  );
}
