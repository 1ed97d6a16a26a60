/** The end of a team. One that the policy names stays until no rule does: the rules are named, with the way to them. */

import { Anchor, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { type Team, teamRulesQuery, useDeleteTeam } from '../../api/teams.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { pageLink } from '../../shell/page-path.ts';

const words = peopleTexts.teams.delete;

export function DeleteTeam({
  team,
  onGone,
  onClose,
}: {
  readonly team: Team;
  readonly onGone: () => void;
  readonly onClose: () => void;
}) {
  const remove = useDeleteTeam(team.slug);
  if (team.used) return <StillUsed team={team} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={words.title(team.name)}
      effect={words.text(team.members)}
      action={words.action}
      typed={team.slug}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onGone })}
      onClose={onClose}
    />
  );
}

function StillUsed({ team, onClose }: { readonly team: Team; readonly onClose: () => void }) {
  const { slug } = useOrganization();
  const may = useMay()('policy:read');
  const { data = [] } = useQuery({ ...teamRulesQuery(slug, team.slug), enabled: may });
  return (
    <Modal opened onClose={onClose} title={words.title(team.name)} centered>
      <Stack>
        <Text>{words.used}</Text>
        {data.length === 0 ? (
          <Text size="sm">{words.elsewhere}</Text>
        ) : (
          <div>
            <Text size="sm">{words.rules}</Text>
            <List size="sm">
              {data.map(({ id, registry }) => (
                <List.Item key={id}>
                  <code>{id}</code> {registry}
                </List.Item>
              ))}
            </List>
          </div>
        )}
        <Group justify="space-between">
          <Anchor component={Link} {...pageLink(slug, 'registry-access')}>
            {words.toPolicy}
          </Anchor>
          <Button variant="default" onClick={onClose} data-autofocus>
            {commonTexts.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
