/** How a member came, and what is decided elsewhere because of it. */

import { Text } from '@mantine/core';
import { peopleTexts } from '#texts/people.ts';
import type { Member } from '../../api/members.ts';
import { governedTeams, useMappings } from './governed.ts';
import { Section } from './section.tsx';

const words = peopleTexts.member;

export function MemberSource({ member }: { readonly member: Member }) {
  const { source } = member;
  return (
    <Section title={words.source}>
      <Text size="sm">{words.sources[source]}</Text>
      {source === 'manual' ? null : <Governed member={member} source={source} />}
    </Section>
  );
}

function Governed({ member, source }: { readonly member: Member; readonly source: 'sso' | 'scim' }) {
  const mappings = useMappings(source);
  if (mappings === undefined) return <Text size="sm">{words.governsSome}</Text>;
  const isRole = mappings.some(({ role }) => role === member.role);
  const teams = governedTeams(mappings).map((team) => words.governedTeam(team));
  const all = [...(isRole ? [words.governedRole] : []), ...teams];
  return all.length === 0 ? null : <Text size="sm">{words.governs(listOf(all))}</Text>;
}

const listOf = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')}${words.and}${names.at(-1)}`;
