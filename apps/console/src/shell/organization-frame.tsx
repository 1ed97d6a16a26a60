/** The frame of every page of an organization: header, navigation, the place of the page, and word of a lost server. */

import { Alert, Burger, Group, NavLink } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCloudOff } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { shellTexts } from '#texts/shell.ts';
import { useMay, useOrganization } from '../api/session.ts';
import { AccountMenu } from './account-menu.tsx';
import { Brand } from './brand.tsx';
import classes from './frame.module.css';
import { ModeBadge } from './mode-badge.tsx';
import { OrganizationSwitch } from './organization-switch.tsx';
import { PAGES } from './page-list.ts';
import { pagePath } from './page-path.ts';
import { useReachable } from './reachable.ts';

export function OrganizationFrame() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when another page opens
  useEffect(close, [pathname]);
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        {shellTexts.skip}
      </a>
      <header className={classes.header}>
        <Burger
          opened={isOpen}
          onClick={toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={shellTexts.menu}
          aria-expanded={isOpen}
        />
        <Brand />
        <OrganizationSwitch />
        <Group ml="auto" gap="xs" wrap="nowrap">
          <ModeBadge />
          <AccountMenu />
        </Group>
      </header>
      <nav className={classes.navigation} aria-label={shellTexts.navigation} data-open={isOpen}>
        <Navigation />
      </nav>
      <main id="page" tabIndex={-1} className={classes.main}>
        <Unreachable />
        <Outlet />
      </main>
    </div>
  );
}

function Navigation() {
  const may = useMay();
  const { slug } = useOrganization();
  const { pathname } = useLocation();
  return PAGES.filter(({ scope }) => scope === undefined || may(scope)).map(({ path, name, icon: Icon }) => {
    const to = pagePath(slug, path);
    const isHere = pathname === to || pathname.startsWith(`${to}/`);
    return (
      <NavLink
        key={path}
        component={Link}
        to={to}
        label={name}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
        className={classes.link ?? ''}
      />
    );
  });
}

function Unreachable() {
  if (useReachable()) return null;
  return (
    <Alert color="amber" icon={<IconCloudOff />} mb="md" role="status">
      {shellTexts.offline}
    </Alert>
  );
}
