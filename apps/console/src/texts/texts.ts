/** Every text of the console in the language in use: English so far. A translation is an object of type `Texts`. */

import { activity } from './en/activity.ts';
import { check } from './en/check.ts';
import { common } from './en/common.ts';
import { decisions } from './en/decisions.ts';
import { firstRun } from './en/first-run.ts';
import { machines } from './en/machines.ts';
import { overview } from './en/overview.ts';
import { people } from './en/people.ts';
import { records } from './en/records.ts';
import { registryAccess } from './en/registry-access.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { signIn } from './en/sign-in.ts';

export const texts = {
  common,
  shell,
  activity,
  check,
  decisions,
  firstRun,
  machines,
  overview,
  people,
  records,
  registryAccess,
  settings,
  signIn,
};
export type Texts = typeof texts;
