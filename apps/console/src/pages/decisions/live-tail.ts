/** The live tail as the page uses it: what arrives goes into the list, or waits while somebody reads. */

import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { decisionsTexts } from '#texts/decisions.ts';
import { watchDecisions } from '../../api/decision-stream.ts';
import { type Decision, type DecisionFilter, decisionsKey } from '../../api/decisions.ts';
import { mergeArrived } from './merge-arrived.ts';

type Pages = InfiniteData<{ readonly items: readonly Decision[]; readonly nextCursor?: string }>;
export type TailState = 'off' | 'connecting' | 'open' | 'lost';

export interface LiveTail {
  readonly state: TailState;
  readonly waiting: number;
  /** What to say aloud of the last arrivals. */
  readonly announcement: string;
  readonly show: () => void;
}

/** Often enough to feel live, seldom enough not to draw without end. */
const FLUSH_MS = 500;
/** Whoever listens to the page is told in summaries. */
const ANNOUNCE_MS = 8_000;
/** More are read from the server again, rather than kept here. */
const MAX_KEPT = 500;

export function useLiveTail(
  organization: string,
  filter: DecisionFilter,
  { isOn, isPaused }: { readonly isOn: boolean; readonly isPaused: boolean },
): LiveTail {
  const queries = useQueryClient();
  const [state, setState] = useState<TailState>('off');
  const [waiting, setWaiting] = useState(0);
  const [announcement, setAnnouncement] = useState('');
  const arrived = useRef<Decision[]>([]);
  const unsaid = useRef<{ since: number; decisions: Decision[] }>({ since: 0, decisions: [] });
  const name = JSON.stringify(filter);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter by its content; it is a new object at every look
  useEffect(() => {
    if (!isOn) return;
    const { hours: _, ...watched } = filter;
    setState('connecting');
    const again = () => void queries.invalidateQueries({ queryKey: decisionsKey(organization, filter) });
    const stop = watchDecisions(organization, watched, {
      onOpen: () => {
        setState('open');
        again();
      },
      onDecision: (decision) => {
        arrived.current.push(decision);
        setWaiting(arrived.current.length);
      },
      onSkipped: again,
      onLost: () => setState('lost'),
    });
    return () => {
      stop();
      arrived.current = [];
      setWaiting(0);
      setState('off');
    };
  }, [organization, name, isOn, queries]);

  const show = () => {
    const queryKey = decisionsKey(organization, filter);
    // An answer on its way would overwrite what is put in now.
    if (arrived.current.length === 0 || queries.isFetching({ queryKey, exact: true }) > 0) return;
    const fresh = arrived.current.splice(0);
    setWaiting(0);
    unsaid.current.decisions.push(...fresh);
    queries.setQueryData<Pages>(queryKey, (pages) => (pages === undefined ? pages : addTo(pages, fresh)));
    const length = queries.getQueryData<Pages>(queryKey)?.pages[0]?.items.length ?? 0;
    if (length > MAX_KEPT) void queries.resetQueries({ queryKey, exact: true });
  };
  const say = () => {
    const { since, decisions } = unsaid.current;
    if (decisions.length === 0 || Date.now() - since < ANNOUNCE_MS) return;
    const denied = decisions.filter(({ verdict }) => verdict === 'deny').length;
    setAnnouncement(decisionsTexts.live.arrived(decisions.length, denied));
    unsaid.current = { since: Date.now(), decisions: [] };
  };
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (!isPaused) show();
      say();
    }, FLUSH_MS);
    return () => clearInterval(timer);
  });
  return { state, waiting, announcement, show };
}

function addTo(pages: Pages, fresh: readonly Decision[]): Pages {
  const [first, ...others] = pages.pages;
  if (first === undefined) return pages;
  return { ...pages, pages: [{ ...first, items: mergeArrived(first.items, fresh) }, ...others] };
}
