/** Texts of the page First run. */

import { count } from './common.ts';

export const firstRunTexts = {
  title: 'The first five minutes',
  lead: 'Four steps until you see the first decision. Each tells how far it is.',
  steps: { done: 'Done', now: 'Now', later: 'Later' },
  stepOf: (at: number, title: string) => `${at}. ${title}`,
  organization: {
    title: 'Your organization',
    is: (slug: string) => `is here. Machines and commands know it as ${slug}.`,
    name: 'Name',
    rename: 'Rename',
    save: 'Save',
  },
  mode: {
    title: 'Observe or enforce',
    lead: 'It holds for every machine, and can be changed at any time.',
    label: 'What machines do with what the policy does not allow',
    observe: {
      name: 'Observe',
      text: 'Everything goes through. What the policy does not allow is written down. Begin here, and see what is in use.',
    },
    enforce: {
      name: 'Enforce',
      text: 'What the policy does not allow is refused, and the person reads why. To begin with, Docker Hub is all that is allowed.',
    },
    off: 'The policy is off now: nothing is decided and nothing is recorded. Choose one of the two.',
  },
  machine: {
    title: 'Connect a machine',
    lead: 'The machine before you, or another one. Its engines then ask before every pull and push.',
    make: 'Make the command',
    once: 'The command holds a token, good for one machine and one hour. It is shown once.',
    enroll: 'On the machine',
    install: 'Then start the agent as a service and point Docker at it',
    waiting: 'Waiting for a machine to come online.',
    online: (amount: number) => `${count(amount, 'machine is', 'machines are')} online:`,
    wired: (engines: string) => `${engines} asks`,
    unwired: 'No engine is pointed at its agent yet. There:',
    another: 'Connect another one',
    mayNot: 'Machines are enrolled by an owner or an admin.',
  },
  decision: {
    title: 'Watch the first decision',
    lead: 'On that machine, try one that is allowed and one that is not:',
    allowed: 'Allowed',
    denied: 'Not allowed',
    curl: 'Without Docker',
    curlText: 'Any client that takes a proxy asks the agent, too:',
    waiting: 'Listening. What machines decide appears here within a second or two.',
    lost: 'The connection to the server was lost. It is tried again by itself.',
    newest: 'The newest decisions',
    verdicts: { allowed: 'Allowed', denied: 'Denied', observed: 'Would be denied' },
    on: (machine: string) => `on ${machine}`,
  },
  next: {
    title: 'What now',
    lead: 'It works. From here:',
    links: {
      'registry-access': {
        name: 'Registry access',
        text: 'Allow what your people need, and see whom it concerns before it holds.',
      },
      decisions: { name: 'Decisions', text: 'Who pulls what, and what would be denied.' },
      machines: { name: 'Machines', text: 'Enrol the others, one by one or all at once.' },
      people: { name: 'People', text: 'Invite the other owners, and the people of your teams.' },
      overview: { name: 'Overview', text: 'Is everyone protected? The page for every day.' },
    },
  },
} as const;
