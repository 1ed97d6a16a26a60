/** Texts of the page Overview. */

import { count } from './common.ts';

export const overviewTexts = {
  title: 'Overview',
  window: 'Time',
  windows: { 24: '24 hours', 168: '7 days', 720: '30 days' },
  protection: {
    title: 'Is everyone protected?',
    none: {
      title: 'No machine is enrolled yet',
      text: 'Until one is, nothing is decided anywhere.',
      action: 'Enrol the first machine',
    },
    off: 'The policy is off: nothing is stopped and nothing is recorded.',
    observe: 'The policy observes: what it does not allow goes through, and is written down.',
    enforce: 'The policy is enforced.',
    whole: 'Every machine is on the revision in force, and every engine asks it.',
    behind: (machines: number) => `${count(machines, 'machine is', 'machines are')} on an older revision`,
    unwired: (machines: number) =>
      `${count(machines, 'machine has', 'machines have')} an engine that goes past Pullgate`,
    rejected: (machines: number) => `${count(machines, 'machine')} could not take the revision in force`,
    signIn: (machines: number) => `${count(machines, 'machine waits', 'machines wait')} for a sign-in`,
    broken: (machines: number) =>
      `${count(machines, 'machine has', 'machines have')} a sign-in file that cannot be read`,
  },
  figures: {
    online: 'Machines online',
    ofTotal: (total: number) => `of ${total}`,
    offline: (offline: number) => (offline === 0 ? 'none offline' : `${offline} offline`),
    people: 'People',
    deactivated: (amount: number) => (amount === 0 ? 'none deactivated' : `${amount} deactivated`),
    attempts: 'Attempts',
    denied: 'Denied',
    wouldBeDenied: 'Would be denied',
    in: (window: string) => `in ${window}`,
  },
  attempts: {
    title: 'Attempts over time',
    allowed: 'Allowed',
    denied: 'Denied',
    observed: 'Would be denied',
    none: 'Nothing was pulled or pushed in this time.',
    asTable: 'The same as a table',
    time: 'From',
  },
  top: {
    title: 'Most denied registries',
    none: 'Nothing was denied in this time.',
    attempts: (amount: number) => count(amount, 'attempt'),
    open: (registry: string) => `Decisions on ${registry}`,
  },
  changes: { title: 'What changed last', none: 'Nothing yet.', all: 'All activity' },
} as const;
