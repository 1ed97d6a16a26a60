/** What the roles are called, and what each may do. */

export const roleTexts = {
  owner: { name: 'Owner', text: 'May do everything, also decide who else is an owner.' },
  admin: {
    name: 'Admin',
    text: 'Changes policy, machines and people. Not owners, nor how people sign in.',
  },
  auditor: { name: 'Auditor', text: 'Reads everything and changes nothing.' },
  member: { name: 'Member', text: 'Signs in on machines and asks what is allowed.' },
} as const;
