/** Texts that several pages share. */

const number = new Intl.NumberFormat('en');
const plural = new Intl.PluralRules('en');

/** "1 machine", "412 machines". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number.format(amount)} ${plural.select(amount) === 'one' ? one : many}`;
}

export const commonTexts = {
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  remove: 'Remove',
  retry: 'Try again',
  more: 'Show more',
  loading: 'Loading',
  search: 'Search',
  clearSearch: 'Clear the search',
  actions: 'Actions',
  copy: 'Copy',
  copied: 'Copied',
  done: 'Done',
  none: 'none',
  clear: 'Clear',
  shownOnce: 'Copy it now: it is shown this once and kept by nobody.',
  nothingFound: { title: 'Nothing matches', text: 'Change the search or the filters.' },
  problem: 'This did not work',
  noPermission: {
    title: 'Your role does not include this page',
    text: 'Ask an owner of the organization to change your role, or to look for you.',
  },
  missing: {
    title: 'There is nothing here',
    text: 'It was removed, or it never was. The address may be mistyped.',
  },
  typeToConfirm: (word: string) => `Type ${word} to confirm`,
  ago: (duration: string) => `${duration} ago`,
  justNow: 'just now',
  never: 'never',
} as const;
