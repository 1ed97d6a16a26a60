/** `pullgate check`: may this be pulled or pushed, and if not, why and what now. */

import type { CheckAnswer } from '@pullgate/protocol';
import { type Command, createClient, findCredential, type TargetOptions } from '../context.ts';
import { printJson } from '../listing.ts';
import { fetchLocalCheck, findAgentSocket } from '../local-agent.ts';
import type { Terminal } from '../terminal.ts';
import { formatAge, toPrintable } from '../wording.ts';

export interface CheckOptions extends TargetOptions {
  readonly push?: boolean;
  readonly as?: string;
  readonly draft?: boolean;
  readonly explain?: boolean;
  readonly json?: boolean;
}

export const runCheck: Command<CheckOptions> = async (context, options, [reference = '']) => {
  const action = options.push === true ? ('push' as const) : ('pull' as const);
  const socket = findAgentSocket(context.config, findCredential(context, options));
  const isServersToSay =
    options.as !== undefined ||
    options.draft === true ||
    options.server !== undefined ||
    socket === undefined;
  const answer = isServersToSay
    ? await createClient(context, options).check({
        reference,
        action,
        ...(options.as === undefined ? {} : { as: options.as }),
        ...(options.draft === true ? { draft: true } : {}),
      })
    : await fetchLocalCheck(socket, { reference, action });
  if (options.json === true) printJson(context.terminal, answer);
  else printAnswer(context.terminal, answer, options.explain === true);
  return answer.verdict === 'deny' ? 3 : 0;
};

function printAnswer(terminal: Terminal, answer: CheckAnswer, isExplained: boolean): void {
  const isDenied = answer.verdict === 'deny';
  const word = isDenied ? terminal.paint('red', 'denied') : terminal.paint('green', 'allowed');
  terminal.out(`${word}   ${toPrintable(answer.reference)}   ${answer.action}`);
  const { why, contact } = splitSentence(answer);
  const age = answer.policyAgeMs === undefined ? '' : `, ${formatAge(answer.policyAgeMs)}`;
  terminal.out(`  ${toPrintable(why)} (revision ${answer.revision}${age})`);
  if (isDenied && answer.effect === 'forward') {
    terminal.out(`  mode ${answer.mode}: it goes through today, and is written down`);
  }
  if (isExplained) for (const step of answer.steps) terminal.out(`  · ${toPrintable(step.text)}`);
  if (answer.nearest !== undefined) terminal.out(`  nearest: ${toPrintable(answer.nearest.text)}`);
  if (contact !== '') terminal.out(`  ask:     ${toPrintable(contact)}`);
}

/**
 * Takes the sentence (semantics: `<who> does not allow <what> (<why>, r<revision>). <contact>`, or what a sign-in lacks and
 * then the contact) apart into its two uses.
 */
function splitSentence(answer: CheckAnswer): { why: string; contact: string } {
  if (answer.verdict === 'allow') {
    return { why: answer.ruleId === undefined ? answer.reason : `by rule ${answer.ruleId}`, contact: '' };
  }
  const [, lacking, ask] =
    /^((?:.* requires sign-in|signed in to ).*?(?:run "pullgate login"[^.]*|cannot be read(?: \(.*\))?))\.(?: (.*))?$/.exec(
      answer.message,
    ) ?? [];
  if (lacking !== undefined) return { why: lacking, contact: ask ?? '' };
  const [, organization, why, contact] =
    /^(\S+) does not allow .* \((.*), r\d+\)\. ?(.*)$/.exec(answer.message) ?? [];
  if (organization === undefined || why === undefined) return { why: answer.message, contact: '' };
  return {
    why: why === 'not on the list' ? `${why} of ${organization}` : why,
    contact: contact ?? '',
  };
}
