/** Texts about hosts that registries began to use and that nobody knew. */

import { count } from './common.ts';

export const unknownHostsTexts = {
  title: 'Registries began to use unknown hosts',
  text: 'Nothing opens until you accept. What you accept goes into the draft.',
  uses: (registry: string, host: string) => `${registry} began to use an unknown host: ${host}`,
  machines: (machines: number) => `${count(machines, 'machine')}, since`,
  lists: {
    tokenHosts: 'a token host',
    blobHosts: 'a blob host',
    broadBlobHosts: 'shared with others: followed, never opened as such',
  },
  as: { tokenHosts: 'Token host', blobHosts: 'Blob host', broadBlobHosts: 'Shared with others' },
  asOf: (registry: string, host: string) => `What ${host} is to ${registry}`,
  accept: 'Accept',
  acceptOf: (registry: string, host: string) => `Accept ${host} for ${registry}`,
  dismiss: 'Dismiss',
  dismissOf: (registry: string, host: string) => `Dismiss ${host} for ${registry}`,
  more: (amount: number) => `${count(amount, 'more host waits', 'more hosts wait')} under Registry access`,
  overflow: (registry: string, day: string, sightings: number) =>
    `${registry} named more hosts than are kept on ${day}: ${count(sightings, 'time')}. Such a registry may lie.`,
} as const;
