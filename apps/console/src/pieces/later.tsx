/**
 * Parts of a page that its first sight does not show: drawers, dialogs, other tabs, charts. The first load is without them;
 * they are fetched once the page stands, so that they are there when they are opened.
 */

import { type ComponentType, type ReactNode, useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** Long enough for the page's own questions to the server to go first. */
const HEAD_START_MS = 1_000;

interface Part<P> {
  /** Once it is here. */
  component: ComponentType<P> | undefined;
  readonly load: () => Promise<void>;
}

/** @param waiting what stands in its place if it is opened before it is here; nothing for what opens above the page */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: ReactNode = null,
): (props: P) => ReactNode {
  const part: Part<P> = {
    component: undefined,
    load: async () => {
      part.component ??= await load();
    },
  };
  // What cannot be had now is asked for again when it is opened.
  setTimeout(() => void part.load().catch(() => undefined), HEAD_START_MS);
  return (props) => <Later part={part} props={props} waiting={waiting} />;
}

function Later<P extends object>({
  part,
  props,
  waiting,
}: {
  readonly part: Part<P>;
  readonly props: P;
  readonly waiting: ReactNode;
}) {
  const [isHere, setHere] = useState(part.component !== undefined);
  const [isMissing, setMissing] = useState(false);
  const start = useCallback(() => {
    setMissing(false);
    part.load().then(
      () => setHere(true),
      () => setMissing(true),
    );
  }, [part]);
  useEffect(() => {
    if (!isHere) start();
  }, [isHere, start]);
  const { component: Component } = part;
  if (Component !== undefined) return <Component {...props} />;
  return isMissing ? <ProblemNotice error={ApiProblem.offline()} onRetry={start} /> : waiting;
}
