/** The pages of an organization, in the order of the navigation, with what they need. */

import {
  IconActivity,
  IconBuilding,
  IconDeviceDesktop,
  IconGauge,
  IconId,
  IconListCheck,
  IconShieldCheck,
  IconTestPipe,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';
import { shellTexts } from '#texts/shell.ts';
import type { Scope } from '../api/session.ts';

const names = shellTexts.pages;

export interface PageEntry {
  /** Last part of the address. */
  readonly path: string;
  readonly name: string;
  readonly icon: TablerIcon;
  /** Without it the page is not offered; undefined: everyone has the page. */
  readonly scope?: Scope;
}

export const PAGES: readonly PageEntry[] = [
  { path: 'overview', name: names.overview, icon: IconGauge, scope: 'decisions:read' },
  { path: 'registry-access', name: names.registryAccess, icon: IconShieldCheck, scope: 'policy:read' },
  { path: 'decisions', name: names.decisions, icon: IconListCheck, scope: 'decisions:read' },
  { path: 'activity', name: names.activity, icon: IconActivity, scope: 'activity:read' },
  { path: 'machines', name: names.machines, icon: IconDeviceDesktop, scope: 'machines:read' },
  { path: 'check', name: names.check, icon: IconTestPipe },
  { path: 'people', name: names.people, icon: IconUsers, scope: 'people:read' },
  { path: 'sign-in', name: names.signIn, icon: IconId, scope: 'machines:read' },
  { path: 'settings', name: names.settings, icon: IconBuilding, scope: 'people:read' },
];
