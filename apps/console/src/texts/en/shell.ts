/** Texts of the frame around every page. */

export const shellTexts = {
  skip: 'Skip to the page',
  navigation: 'Pages',
  menu: 'Open the menu',
  organization: 'Organization',
  allOrganizations: 'Change organization',
  account: 'Your account',
  accountOf: (name: string) => `Your account: ${name}`,
  signOut: 'Sign out',
  theme: { label: 'Appearance', light: 'Light', dark: 'Dark', auto: 'As the system' },
  pages: {
    overview: 'Overview',
    registryAccess: 'Registry access',
    decisions: 'Decisions',
    activity: 'Activity',
    machines: 'Machines',
    check: 'Check',
    people: 'People',
    signIn: 'Sign-in enforcement',
    settings: 'Organization',
  },
  modes: {
    off: { name: 'Off', text: 'Nothing is decided and nothing is recorded.' },
    observe: { name: 'Observing', text: 'Machines record what would be denied, and block nothing.' },
    enforce: { name: 'Enforcing', text: 'Machines stop what the policy does not allow.' },
  },
  inForce: (mode: string, revision: number) => `${mode}, r${revision}`,
  offline:
    'The control plane cannot be reached. What you see is as old as the last answer; the page goes on by itself.',
  noOrganization: {
    title: 'You belong to no organization',
    text: 'Ask an owner to invite you. Their invitation comes by mail and opens this page again.',
  },
} as const;
