/** Counts what each point let through and refused since the start of the day, or of the agent, whichever is later. */

import type { Clock } from '../clock.ts';
import type { DecisionEntry, DecisionRecorder } from '../point.ts';

export interface DayCount {
  readonly allowed: number;
  readonly denied: number;
}

export interface DayCounts {
  of(point: string): DayCount;
  /** A recorder that counts before it passes on. */
  counting(recorder: DecisionRecorder): DecisionRecorder;
}

export function createDayCounts(clock: Clock): DayCounts {
  let day = '';
  let counts = new Map<string, DayCount>();
  const today = (): Map<string, DayCount> => {
    const now = new Date(clock.now()).toDateString();
    if (now !== day) [day, counts] = [now, new Map()];
    return counts;
  };
  const of = (point: string): DayCount => today().get(point) ?? { allowed: 0, denied: 0 };
  const count = ({ point, decision }: DecisionEntry): void => {
    const { allowed, denied } = of(point);
    const isAllowed = decision.effect === 'forward';
    today().set(point, { allowed: allowed + Number(isAllowed), denied: denied + Number(!isAllowed) });
  };
  return {
    of,
    counting: (recorder) => ({
      record: (entry) => {
        count(entry);
        recorder.record(entry);
      },
    }),
  };
}
