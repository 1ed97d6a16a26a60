/** What Activity keeps of a welcome: that it happened, and when. */

import type { NewActivity } from '../activity/service.ts';

export const ownerWelcomed = (userId: string): NewActivity => ({
  event: 'owner.welcomed',
  target: { kind: 'user', id: userId },
  text: 'the owner used the welcome code and set a password',
});
