/** Tells the parts of this process that people changed: membership, teams, state, session or holder. Announced after the commit. */

export interface PeopleChange {
  /** Absent when the change concerns the person in every organization, such as an ended session. */
  readonly organizationId?: string;
  readonly userIds: readonly string[];
}

export interface PeopleChanges {
  /** Called after the commit. A listener that throws is reported and stops nobody else. */
  publish(change: PeopleChange): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (change: PeopleChange) => void): () => void;
}

export function createPeopleChanges(onError: (error: unknown) => void): PeopleChanges {
  const listeners = new Set<(change: PeopleChange) => void>();
  return {
    publish(change) {
      if (change.userIds.length === 0) return;
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
