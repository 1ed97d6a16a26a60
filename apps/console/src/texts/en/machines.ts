/** Texts of the page Machines. */

export const machines = {
  title: 'Machines',
  lead: 'Every machine with an agent, what it obeys and who holds it.',
  search: 'Name, holder or system',
  columns: {
    name: 'Machine',
    state: 'State',
    holder: 'Holder',
    engines: 'Engines',
    revision: 'Policy',
    seen: 'Last seen',
  },
  states: { online: 'Online', offline: 'Offline', revoked: 'Revoked' },
  nobody: 'nobody',
  noEngines: 'none wired',
  empty: {
    title: 'No machine yet',
    text: 'Enrol the first one: it then asks the policy for every pull and push.',
  },
} as const;
