/** A small policy, for tests. */

import type { PolicyDocument } from '@pullgate/policy';

export const testDocument: PolicyDocument = {
  version: 1,
  organization: 'acme',
  mode: { default: 'enforce', teams: {} },
  contact: { message: 'Ask in #platform' },
  sessionOfflineLimit: 604_800,
  registries: [
    { id: 'hub', registry: 'docker.io', allow: ['pull', 'push', 'delete', 'catalog'] },
    { id: 'quay', registry: 'quay.io', allow: ['pull'], teams: ['platform'], whenHostOnly: 'allow' },
  ],
  deny: [],
  urls: { default: 'deny', allow: [], deny: [] },
  addresses: ['127.0.0.1', '10.77.0.0/24'],
  tests: [],
};
