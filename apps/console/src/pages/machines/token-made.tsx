/** A token that was just made: itself, the command for a machine, and the files for machines at which nobody sits. */

import { Accordion, Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconEyeExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { machinesTexts } from '#texts/machines.ts';
import type { EnrollmentToken } from '../../api/enrollment-tokens.ts';
import { organizationQuery } from '../../api/organization.ts';
import { useOrganization } from '../../api/session.ts';
import { CopyText } from '../../pieces/copy-text.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { toCloudInit, toCommand, toEnrolmentFile } from './enrolment-texts.ts';

const words = machinesTexts.enrol;

export function TokenMade({
  token,
  onClose,
}: {
  readonly token: EnrollmentToken;
  readonly onClose: () => void;
}) {
  const { slug } = useOrganization();
  const { data: organization } = useQuery(organizationQuery(slug));
  const enrolment = {
    server: location.origin,
    token: token.token ?? '',
    fingerprint: organization?.fingerprint,
  };
  return (
    <Stack pt="xs">
      <Alert color="amber" icon={<IconEyeExclamation aria-hidden />} role="status">
        {words.once} {words.madeFor(token.uses)} <RelativeTime at={token.expiresAt} />.
      </Alert>
      <CopyText label={words.token} text={enrolment.token} />
      <CopyText label={words.command} text={toCommand(enrolment)} />
      <CopyText label={words.thenInstall} text="sudo pullgate agent install" />
      {enrolment.fingerprint === undefined ? null : (
        <div>
          <Text size="sm">{words.compare}</Text>
          <code>{enrolment.fingerprint}</code>
        </div>
      )}
      <Accordion variant="separated">
        <Accordion.Item value="file">
          <Accordion.Control>
            {words.unattended}: {words.file}
          </Accordion.Control>
          <Accordion.Panel>
            <Stack gap="xs">
              <Text size="sm">{words.fileText}</Text>
              <CopyText label={words.file} text={toEnrolmentFile(enrolment)} />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="cloud-init">
          <Accordion.Control>
            {words.unattended}: {words.cloudInit}
          </Accordion.Control>
          <Accordion.Panel>
            <Stack gap="xs">
              <Text size="sm">
                {words.cloudInitText} {words.cloudInitWarning}
              </Text>
              <CopyText label={words.cloudInit} text={toCloudInit(enrolment)} />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.done}</Button>
      </Group>
    </Stack>
  );
}
