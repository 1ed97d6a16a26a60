/** Short notices in a corner of the window: what was done, and how to undo it. */

import '@mantine/notifications/styles.css';
import { Notifications } from '@mantine/notifications';

export function Notices() {
  return <Notifications position="bottom-right" />;
}
