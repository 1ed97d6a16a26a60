/** Tells the parts of this process that something was published. */

import type { Topic } from './topic.ts';

export interface Publication {
  readonly organizationId: string;
  readonly kind: 'policy';
  readonly revision: number;
}

export type Publications = Topic<Publication>;
