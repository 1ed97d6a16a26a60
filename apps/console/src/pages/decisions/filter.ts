/** What the page shows, as it stands in the address. */

import type { DecisionFilter } from '../../api/decisions.ts';
import { type AddressSearch, toText } from '../../shell/address.ts';

/** What every piece of the filters is given. */
export interface FilterProps {
  readonly filter: DecisionFilter;
  readonly onChange: (changes: AddressSearch) => void;
}

export const WINDOWS = [24, 168, 720] as const;
export const POINTS = ['proxy', 'gateway', 'dns', 'authz', 'capture', 'admission'] as const;
const VERDICTS = ['allow', 'deny'] as const;
const EFFECTS = ['forward', 'refuse'] as const;
const TEXTS = ['registry', 'repository', 'machine', 'person', 'action', 'point', 'reason', 'q'] as const;

/** What is no filter of this page, or no value of it, is left out. */
export function parseFilter(search: AddressSearch): DecisionFilter {
  const hours = WINDOWS.find((known) => known === search.hours);
  const verdict = VERDICTS.find((known) => known === search.verdict);
  const effect = EFFECTS.find((known) => known === search.effect);
  const texts = TEXTS.flatMap((name) => {
    const text = toText(search[name])?.trim();
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...(hours === undefined ? {} : { hours }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(effect === undefined ? {} : { effect }),
  };
}

/** The ways a decision can come out, each as the two filters that find it. */
export const OUTCOMES = {
  allowed: { verdict: 'allow' },
  denied: { effect: 'refuse' },
  observed: { verdict: 'deny', effect: 'forward' },
  notAllowed: { verdict: 'deny' },
} as const satisfies Record<string, DecisionFilter>;
export type Outcome = keyof typeof OUTCOMES;

/** Undefined where the two filters mean no outcome of their own. */
export function outcomeOf({ verdict, effect }: DecisionFilter): Outcome | undefined {
  if (effect === 'refuse' && verdict !== 'allow') return 'denied';
  if (verdict === 'deny') return effect === 'forward' ? 'observed' : 'notAllowed';
  return verdict === 'allow' ? 'allowed' : undefined;
}

/** Filters that stand behind "More filters". */
export const MORE = ['registry', 'repository', 'machine', 'person', 'action', 'reason', 'point'] as const;
export type MoreFilter = (typeof MORE)[number];
