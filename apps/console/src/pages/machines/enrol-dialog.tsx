/** Makes an enrolment token and shows, once, what to do with it. */

import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { machinesTexts } from '#texts/machines.ts';
import { useCreateEnrollmentToken } from '../../api/enrollment-tokens.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { TokenMade } from './token-made.tsx';

const words = machinesTexts.enrol;
const HOUR_S = '3600';
const MAX_USES = 100_000;

export function EnrolDialog({ onClose }: { readonly onClose: () => void }) {
  const { slug } = useOrganization();
  const creation = useCreateEnrollmentToken(slug);
  const { data: made } = creation;
  return (
    <Modal
      opened
      onClose={onClose}
      title={made === undefined ? words.title : words.made}
      size="lg"
      // A click beside it must not take the token away that is shown once.
      closeOnClickOutside={made === undefined}
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      {made === undefined ? (
        <TokenForm creation={creation} onClose={onClose} />
      ) : (
        <TokenMade token={made} onClose={onClose} />
      )}
    </Modal>
  );
}

function TokenForm({
  creation: { mutate, isPending, error },
  onClose,
}: {
  readonly creation: ReturnType<typeof useCreateEnrollmentToken>;
  readonly onClose: () => void;
}) {
  const [uses, setUses] = useState<number | string>(1);
  const [life, setLife] = useState(HOUR_S);
  const [ephemeral, setEphemeral] = useState(false);
  const isGood = typeof uses === 'number' && uses >= 1;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) mutate({ uses, expiresIn: Number(life), ephemeral });
      }}
    >
      <Stack>
        <Text>{words.lead}</Text>
        <Group grow align="flex-start">
          <NumberInput
            label={words.uses}
            description={words.usesHint}
            value={uses}
            onChange={setUses}
            min={1}
            max={MAX_USES}
            allowDecimal={false}
            data-autofocus
          />
          <Select
            label={words.expires}
            description={'\u00a0'}
            value={life}
            onChange={(next) => setLife(next ?? HOUR_S)}
            data={Object.entries(words.lives).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
          />
        </Group>
        <Checkbox
          label={words.ephemeral}
          description={words.ephemeralHint}
          checked={ephemeral}
          onChange={(event) => setEphemeral(event.currentTarget.checked)}
        />
        {error === null ? null : <ProblemNotice error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={!isGood}>
            {words.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
