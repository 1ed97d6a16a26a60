/** Words for an install plan. Passwords in proxy URLs are never shown. */

import { type Plan, redactUrl, type Step } from '@pullgate/agent/install';
import type { Terminal } from './terminal.ts';
import { toPrintable } from './wording.ts';

export function formatStep(step: Step): string {
  if (step.kind === 'run') return `run ${step.command.join(' ')}`;
  if (step.kind === 'remove') return `remove ${step.path}`;
  if (step.kind === 'place') return `place ${step.path}`;
  if (step.kind === 'take') return `take away ${step.path}`;
  if (step.kind === 'forget') return `forget what was saved of ${step.path}`;
  return `${step.before === undefined ? 'make' : 'change'} ${step.path}`;
}

/** Each step with its reason, each changed file with its lines, then what restarts and what else there is to know. */
export function formatPlan(terminal: Terminal, plan: Plan): readonly string[] {
  const steps = plan.steps.filter(({ kind }) => kind !== 'forget');
  return [
    ...steps.flatMap((step) => [
      `${terminal.paint('bold', formatStep(step))}   ${terminal.paint('dim', step.why)}`,
      ...formatLines(terminal, step),
    ]),
    ...plan.restarts.map(({ text }) => `${terminal.paint('yellow', 'restart:')} ${text}`),
    ...plan.notes.map((note) => `${terminal.paint('yellow', 'note:')} ${note}`),
  ];
}

/** Nobody reads a certificate; its reason says what it is for. */
const CERTIFICATE = /^-----BEGIN CERTIFICATE-----/;

function formatLines(terminal: Terminal, step: Step): readonly string[] {
  if (step.kind !== 'write' || CERTIFICATE.test(step.after)) return [];
  const before = toLines(step.before ?? '');
  const after = toLines(step.after);
  const { removed, added } = diffLines(before, after);
  return [
    ...removed.map((line) => terminal.paint('red', `    - ${line}`)),
    ...added.map((line) => terminal.paint('green', `    + ${line}`)),
  ];
}

/** Files are held as bytes; people read UTF-8. */
const toLines = (text: string): readonly string[] =>
  Buffer.from(text, 'latin1')
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => redactUrl(toPrintable(line.replaceAll('\t', '  '))));

/** What lies between the lines that both have at the beginning and at the end: a change by install is in one place. */
function diffLines(before: readonly string[], after: readonly string[]) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { removed: before.slice(start, before.length - end), added: after.slice(start, after.length - end) };
}

/** The plan for programs. */
export function toPlanJson(plan: Plan) {
  const { upstream } = plan;
  return {
    steps: plan.steps.map((step) =>
      step.kind === 'run'
        ? { kind: step.kind, command: step.command, why: step.why }
        : {
            kind: step.kind,
            path: step.path,
            why: step.why,
            ...('before' in step && step.before !== undefined
              ? { before: toLines(step.before).join('\n') }
              : {}),
            ...('after' in step ? { after: toLines(step.after).join('\n') } : {}),
          },
    ),
    restarts: plan.restarts,
    notes: plan.notes,
    ...(upstream === undefined
      ? {}
      : {
          upstream: {
            ...(upstream.url === undefined ? {} : { url: redactUrl(upstream.url) }),
            noProxy: upstream.noProxy,
          },
        }),
  };
}
