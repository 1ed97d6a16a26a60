/** The way from a decision into the draft: allow what was denied, deny what was allowed. */

import { Button, Paper, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBan, IconCheck } from '@tabler/icons-react';
import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import { AllowForm } from './allow-form.tsx';
import { DenyForm } from './deny-form.tsx';

const words = decisionsTexts;

/** Denials that no permission lifts: they come from the request, not from the list. */
const HARD = new Set(['REFERENCE_INVALID', 'REQUEST_INVALID', 'ADDRESS_REFUSED']);
/** Denials that a rule of its own makes, which beats or overrides every permission. */
const BY_RULE = new Set(['DENIED_BY_RULE', 'BLOCKED']);
/** Not a matter of registries: the machine, the sign-in, the addresses that are none. */
const ELSEWHERE = new Set([
  'POLICY_MISSING',
  'POLICY_EXPIRED',
  'SIGN_IN_REQUIRED',
  'WRONG_ORGANIZATION',
  'URL_DENIED',
  'URL_ALLOWED',
  'BROAD_HOST',
  'INSPECTION_FAILED',
]);

export function ChangePolicy({ decision }: { readonly decision: DecisionDetail }) {
  const { verdict, reason, ruleId } = decision;
  const [isOpen, { open, close }] = useDisclosure();
  if (ELSEWHERE.has(reason)) return null;
  if (HARD.has(reason)) return <Text size="sm">{words.allow.hard}</Text>;
  if (verdict === 'deny' && BY_RULE.has(reason))
    return <Text size="sm">{words.allow.blocked(ruleId ?? reason)}</Text>;
  if (!isOpen) return <OpenButton verdict={verdict} onOpen={open} />;
  const Form = verdict === 'deny' ? AllowForm : DenyForm;
  return (
    <Paper withBorder p="md">
      <Form decision={decision} onClose={close} />
    </Paper>
  );
}

function OpenButton({ verdict, onOpen }: Pick<DecisionDetail, 'verdict'> & { readonly onOpen: () => void }) {
  const isDenied = verdict === 'deny';
  const Icon = isDenied ? IconCheck : IconBan;
  return (
    <Button
      onClick={onOpen}
      color={isDenied ? 'gate' : 'red'}
      variant={isDenied ? 'filled' : 'outline'}
      leftSection={<Icon size={16} aria-hidden />}
      w="fit-content"
    >
      {isDenied ? words.allow.open : words.deny.open}
    </Button>
  );
}
