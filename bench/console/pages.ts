/** What the pages of the console ask of the server. */

export interface PageCall {
  readonly what: string;
  readonly path: string;
  readonly body?: object;
}

export const PAGES: readonly PageCall[] = [
  { what: 'overview, a day', path: 'overview?hours=24' },
  { what: 'overview, a week', path: 'overview?hours=168' },
  { what: 'overview, a month', path: 'overview?hours=720' },
  { what: 'registries', path: 'registries?limit=200' },
  { what: 'suggestions', path: 'registries/suggestions' },
  { what: 'catalog', path: 'catalog?search=qu' },
  { what: 'draft', path: 'policy/draft' },
  { what: 'check', path: 'check', body: { reference: 'registry-7.example/a/b' } },
  { what: 'check by the draft', path: 'check', body: { reference: 'registry-7.example/a/b', draft: true } },
  { what: 'rollout', path: 'rollout' },
  { what: 'activity', path: 'activity' },
  { what: 'activity, search', path: 'activity?search=registry' },
  { what: 'machines', path: 'machines' },
  { what: 'machines, summary', path: 'machines/summary' },
  { what: 'machines, search', path: 'machines?search=-0499' },
  { what: 'machines, search for nothing', path: 'machines?search=zzz' },
  { what: 'machines, behind', path: 'machines?behind=true&sort=seen' },
  { what: 'machines, unwired and offline', path: 'machines?unwired=true&state=offline' },
];

/** Every filter that the page of decisions offers, alone and with others; rare values and values that nothing has. */
export const DECISION_PAGES = (now: number): PageCall[] =>
  FILTERS.flatMap((filter) => [filter, `${filter}&attempts=true`])
    .flatMap((filter) => [filter, `${filter}&since=${now - 20 * DAY_MS}&until=${now - 10 * DAY_MS}`])
    .map((filter) => ({ what: 'decisions', path: `decisions?${filter}` }));

const DAY_MS = 24 * 3600_000;

const FILTERS = [
  '',
  'verdict=deny',
  'verdict=deny&effect=forward',
  'effect=refuse',
  'registry=registry-0.example',
  'registry=registry-1900.example',
  'registry=registry-0.example&verdict=deny',
  'registry=registry-0.example&verdict=deny&action=delete',
  'machine=machine-17',
  'machine=machine-17&verdict=deny',
  'person=person-17',
  'person=person-17&registry=registry-0.example',
  'person=nobody',
  'action=delete',
  'action=delete&verdict=deny',
  'point=gateway&verdict=deny',
  'point=nothing',
  'reason=NOTHING',
  'repository=team-7/app-7',
  'repository=no/such',
  'q=team-7',
  'q=zzz-nothing',
  'q=zzz-nothing&verdict=deny&point=gateway',
  'q=zzz-nothing&registry=registry-0.example',
];
