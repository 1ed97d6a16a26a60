/** Texts of the page Check, and of explanations wherever they are shown. */

export const checkTexts = {
  title: 'Check',
  lead: 'Ask what would happen to a pull or a push, as anybody, without doing it. Nothing is recorded.',
  reference: 'Image',
  referenceHint: 'As you would write it for docker pull',
  action: 'Action',
  actions: { pull: 'Pull', push: 'Push', delete: 'Delete', catalog: 'List repositories' },
  as: 'As',
  myself: 'Yourself',
  draft: 'By the draft, not the policy in force',
  submit: 'Check',
  before: {
    title: 'Which image?',
    text: 'The answer names the rule that decides, and what would have to change.',
  },
  verdicts: { allow: 'Allowed', deny: 'Denied' },
  observed: 'Observing: it goes through today, and is written down.',
  off: 'The policy is off: nothing is stopped.',
  byRevision: (revision: number) => `by revision ${revision}`,
  byDraft: 'by the draft',
  nearest: 'Nearest permission',
  rule: (id: string) => `Rule ${id}, in the policy`,
  steps: 'Rule by rule',
  outcomes: {
    deny: 'Denies',
    block: 'Blocks',
    grant: 'Grants',
    allow: 'Allows',
    skip: 'Does not apply',
  } as Record<string, string>,
} as const;
