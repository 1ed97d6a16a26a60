/** What is in force, on every page: mode and revision. */

import { Badge, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { shellTexts } from '#texts/shell.ts';
import { publishedPolicyQuery } from '../api/policy.ts';
import { useMay, useOrganization } from '../api/session.ts';
import { pagePath } from './page-path.ts';

const COLORS = { off: 'gray', observe: 'amber', enforce: 'gate' } as const;

export function ModeBadge() {
  const { slug } = useOrganization();
  const may = useMay()('policy:read');
  const { data } = useQuery({ ...publishedPolicyQuery(slug), enabled: may });
  if (data === undefined) return null;
  const mode = shellTexts.modes[data.mode];
  return (
    <Tooltip label={mode.text}>
      <Badge
        component={Link}
        to={pagePath(slug, 'registry-access')}
        variant="light"
        color={COLORS[data.mode]}
        tt="none"
        size="lg"
      >
        {shellTexts.inForce(mode.name, data.revision)}
      </Badge>
    </Tooltip>
  );
}
