/** Texts that the lists of records share: Decisions and Activity. */

export const recordsTexts = {
  export: 'Export',
  csv: 'As CSV',
  json: 'As JSON',
  lookingFurther: 'Looking further back…',
  notYet: { title: 'Nothing found so far', text: 'There is more to look through, further back in time.' },
  further: 'Look further back',
} as const;
