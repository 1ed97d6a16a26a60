/** Texts of the page Sign-in enforcement. */

import { count } from './common.ts';

export const signInTexts = {
  title: 'Sign-in enforcement',
  lead: 'A file on a machine makes it ask for a sign-in: until a member of the organization has signed in there, nothing can be pulled or pushed.',
  deploy: {
    title: 'Require sign-in',
    lead: 'Deploy one file per machine, by your device management or by hand. The agent reads it within a second; taking it away ends the requirement.',
    systems: 'System',
    linux: 'Linux',
    macos: 'macOS',
    windows: 'Windows',
    download: 'Download',
    downloadOf: (file: string) => `Download ${file}`,
    place: 'Put it at',
    by: 'Deploy it by',
    ways: {
      linuxFile: {
        file: 'registry.json',
        place: '/etc/pullgate/registry.json',
        note: 'Owner root, mode 0644.',
      },
      macProfile: {
        file: 'pullgate.mobileconfig',
        place: 'your device management, for the computer and not for a user',
        note: 'The way that a user cannot undo. It wins over the other two.',
      },
      macPlist: {
        file: 'pullgate.plist',
        place: '/Library/Application Support/io.pullgate/pullgate.plist',
        note: 'Owner root, mode 0644.',
      },
      macFile: {
        file: 'registry.json',
        place: '/Library/Application Support/io.pullgate/registry.json',
        note: 'Owner root, mode 0644.',
      },
      windowsKey: {
        file: 'pullgate.reg',
        place: 'reg import pullgate.reg, as Administrator, or by group policy',
        note: 'It wins over the file.',
      },
      windowsFile: {
        file: 'registry.json',
        place: 'C:\\ProgramData\\Pullgate\\registry.json',
        note: 'Owner Administrators.',
      },
    },
    docker:
      'Machines that carry a registry.json of Docker Desktop already obey it: its places are read too, after these.',
  },
  machines: {
    title: 'Which machines obey',
    filter: 'Show machines by what they say of sign-in',
    all: (amount: number) => `All ${amount}`,
    states: {
      satisfied: {
        name: 'Signed in',
        text: (amount: number) => `${count(amount, 'machine')} with a member signed in`,
      },
      required: {
        name: 'Waiting',
        text: (amount: number) => `${count(amount, 'machine')} wait for a sign-in; their engines are stopped`,
      },
      off: { name: 'Not required', text: (amount: number) => `${count(amount, 'machine')} without a file` },
      broken: {
        name: 'Unreadable',
        text: (amount: number) =>
          `${count(amount, 'machine')} with a file that cannot be read; their engines are stopped`,
      },
    },
    columns: {
      name: 'Machine',
      state: 'Sign-in',
      mechanism: 'By',
      organizations: 'Organizations',
      seen: 'Last seen',
    },
    nothing: '–',
    empty: {
      title: 'No machine here',
      text: 'Enrolled machines say here whether they require a sign-in, and by which file.',
    },
  },
} as const;
