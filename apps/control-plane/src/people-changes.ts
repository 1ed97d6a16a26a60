/** Tells the parts of this process that people changed: membership, teams, state, session or holder. */

import { createTopic, type Topic } from './topic.ts';

export interface PeopleChange {
  /** Absent when the change concerns the person in every organization, such as an ended session. */
  readonly organizationId?: string;
  readonly userIds: readonly string[];
}

export type PeopleChanges = Topic<PeopleChange>;

export function createPeopleChanges(onError: (error: unknown) => void): PeopleChanges {
  const topic = createTopic<PeopleChange>(onError);
  return {
    ...topic,
    publish: (change) => {
      if (change.userIds.length > 0) topic.publish(change);
    },
  };
}
