/** What a typed host is made of, which hosts come with it, and whether it is on the list already. Read out as it changes. */

import { Anchor, Button, Paper, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { useCatalogIndex } from '../../api/catalog.ts';
import { registriesOfQuery } from '../../api/registries.ts';
import { useOrganization } from '../../api/session.ts';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { CompanionList } from './companion-list.tsx';
import { type HostFacts, readHost } from './host-facts.ts';

const words = registryAccessTexts.facts;

export function HostFactList({
  text,
  insecure,
  onTakePath,
  except,
}: {
  readonly text: string;
  readonly insecure: boolean;
  readonly onTakePath?: ((pattern: string) => void) | undefined;
  readonly except?: string | undefined;
}) {
  const reading = readHost(text, insecure, useCatalogIndex());
  const facts = reading !== undefined && 'facts' in reading ? reading.facts : undefined;
  return (
    <div aria-live="polite">
      {facts === undefined ? null : (
        <Paper withBorder p="sm">
          <Stack gap={4}>
            {toSentences(facts).map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))}
            {facts.pathPattern === undefined || onTakePath === undefined ? null : (
              <TakePath path={facts.pathPattern} onTake={onTakePath} />
            )}
            <AlreadyListed registry={facts.registry} except={except} />
            <CompanionList hosts={facts.companions} />
          </Stack>
        </Paper>
      )}
    </div>
  );
}

function toSentences({ registry, kind, suffix = '', port, name, companions, ...facts }: HostFacts): string[] {
  const lines = [
    words.kept(registry),
    facts.hadScheme ? words.scheme : undefined,
    facts.hadPath ? words.path : undefined,
    facts.isHubAlias ? words.hub : undefined,
    kind === 'one' ? words.one(suffix) : undefined,
    kind === 'many' ? words.many(suffix) : undefined,
    kind === 'any' ? words.any : undefined,
    port === undefined ? undefined : words.port(port),
    name === undefined ? undefined : words.known(name),
    name === undefined && kind === 'exact' && companions.length === 0 ? words.unknown : undefined,
  ];
  return lines.filter((line) => line !== undefined);
}

function TakePath({ path, onTake }: { readonly path: string; readonly onTake: (pattern: string) => void }) {
  return (
    <Button size="xs" variant="default" w="fit-content" onClick={() => onTake(path)}>
      {words.takePath(path)}
    </Button>
  );
}

const SETTLE_MS = 200;

function AlreadyListed({
  registry,
  except,
}: {
  readonly registry: string;
  readonly except?: string | undefined;
}) {
  const { slug } = useOrganization();
  const [settled] = useDebouncedValue(registry, SETTLE_MS);
  const [, change] = useAccessSearch();
  const { data } = useQuery(registriesOfQuery(slug, settled));
  const others = (data?.items ?? []).filter(({ id, state }) => id !== except && state !== 'removed');
  const [first] = others;
  if (first === undefined || settled !== registry) return null;
  return (
    <Text size="sm" fw={600} c="var(--pg-observed)">
      {words.listed(others.length)}{' '}
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={() => change({ ...CLOSED, edit: first.id })}
      >
        {words.open}
      </Anchor>
    </Text>
  );
}
