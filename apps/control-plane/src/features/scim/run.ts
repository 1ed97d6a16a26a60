/** One piece of work for a directory: whose request it is, how things stood before it, and whom it changed. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import type { Actor } from '../activity/service.ts';

export interface Run {
  readonly from: Origin;
  /** Whether the request itself makes its person active, who was not; a person deactivated by hand stays so otherwise. */
  readonly activates: boolean;
  /** E-mail addresses of accounts that the request may change, as they were. */
  readonly emailsBefore: ReadonlyMap<string, string>;
  /** Teams and roles that mappings of before the request gave; they are taken back where no mapping gives them any more. */
  readonly formerGrants: readonly string[];
  /** Grows while the work goes on; told to the machines after the commit. */
  readonly changed: Map<string, Set<string>>;
}

const current = new AsyncLocalStorage<Run>();

export function createRun(from: Origin, before: Partial<Run> = {}): Run {
  return { activates: false, emailsBefore: new Map(), formerGrants: [], ...before, from, changed: new Map() };
}

export const inRun = <T>(run: Run, work: () => Promise<T>): Promise<T> => current.run(run, work);

export const isInRun = (): boolean => current.getStore() !== undefined;

/** @throws ControlPlaneError INTERNAL when better-auth provisions without having been asked through us */
export function currentRun(): Run {
  const run = current.getStore();
  if (run === undefined) throw new ControlPlaneError('INTERNAL', 'provisioning outside of a request');
  return run;
}

export function noteChanged(run: Run, organizationId: string, userId: string): void {
  const known = run.changed.get(organizationId) ?? new Set();
  run.changed.set(organizationId, known.add(userId));
}

/** Who stands in Activity for what a directory does. */
export const actorOfRun = (run: Run): Actor => ({ kind: 'system', id: 'scim', from: run.from });
