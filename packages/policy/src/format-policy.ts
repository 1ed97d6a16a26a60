/** Writes a policy as YAML, as an owner would: known order, defaults left out, short lists on one line. */

import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import { compact } from './check.ts';
import { formatDuration } from './duration.ts';
import type { DenyRule, OwnProfile, PolicyDocument, PolicyTest, RegistryEntry } from './types.ts';
import { DEFAULT_SESSION_OFFLINE_LIMIT } from './validate-settings.ts';

/** {@link parsePolicy} reads the result back as the same document. */
export function formatPolicy(document: PolicyDocument): string {
  const yaml = new Document(toOwnersForm(document), { version: '1.2', aliasDuplicateObjects: false });
  visit(yaml, {
    Seq: (_, node) => {
      node.flow = node.items.every((item) => isScalar(item));
    },
    Pair: (_, pair) => {
      const isTests = isScalar(pair.key) && pair.key.value === 'tests';
      if (!isTests || !isSeq(pair.value)) return;
      for (const test of pair.value.items) if (isMap(test)) test.flow = true;
    },
  });
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function toOwnersForm(document: PolicyDocument): Record<string, unknown> {
  const { policyOfflineLimit, sessionOfflineLimit } = document;
  return compact({
    version: document.version,
    organization: document.organization,
    mode: Object.keys(document.mode.teams).length === 0 ? document.mode.default : document.mode,
    contact: unlessEmpty(document.contact),
    policyOfflineLimit: policyOfflineLimit === undefined ? undefined : formatDuration(policyOfflineLimit),
    sessionOfflineLimit:
      sessionOfflineLimit === DEFAULT_SESSION_OFFLINE_LIMIT ? undefined : formatDuration(sessionOfflineLimit),
    registries: document.registries.map(toEntryForm),
    deny: unlessEmpty(document.deny.map(toDenialForm)),
    urls: unlessEmpty(toUrlForm(document)),
    addresses: unlessEmpty(document.addresses),
    tests: unlessEmpty(document.tests.map(toTestForm)),
    profiles: document.profiles?.map(toProfileForm),
  });
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function toEntryForm(entry: RegistryEntry): object {
  const { id, registry, name, allow, repositories, tags, digests, teams } = entry;
  const { insecure, mirrorOf, whenHostOnly, because } = entry;
  const first = { id, registry, name, allow, repositories, tags, digests, teams };
  return compact({ ...first, insecure, mirrorOf, whenHostOnly, because });
}

function toDenialForm({
  id,
  registry,
  actions,
  repositories,
  tags,
  digests,
  teams,
  because,
}: DenyRule): object {
  return compact({ id, registry, actions, repositories, tags, digests, teams, because });
}

function toUrlForm({ urls }: PolicyDocument): object {
  return compact({
    default: urls.default === 'deny' ? undefined : urls.default,
    allow: unlessEmpty(urls.allow),
    deny: unlessEmpty(urls.deny),
  });
}

function toProfileForm({ registry, tokenHosts, blobHosts, broadBlobHosts }: OwnProfile): object {
  return compact({ registry, tokenHosts, blobHosts, broadBlobHosts });
}

function toTestForm({ action, reference, expect, teams }: PolicyTest): object {
  return compact({ [action]: reference, expect, teams });
}
