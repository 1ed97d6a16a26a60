/**
 * Words a denial for want of a sign-in: which organizations, by which mechanism, which command (semantics 6). What must be
 * cut is the place first, then the organizations; never the command, never the contact. It names no person.
 */

import { cut, MAX_SENTENCE_BYTES, toAscii } from './sentence-text.ts';
import type { DenyReason } from './types.ts';

export interface SignInFacts {
  /** Slugs of which one is required. */
  readonly requiredOrgs: readonly string[];
  /** File, registry key or profile that requires it. */
  readonly place?: string | undefined;
  /** Organizations of the person who is signed in, for `WRONG_ORGANIZATION`. */
  readonly yourOrgs?: readonly string[] | undefined;
  /** Why the mechanism cannot be read. */
  readonly problem?: string | undefined;
}

interface Parts {
  readonly required: string;
  readonly yours: string;
  readonly place: string;
  readonly problem: string;
}

export interface SignInContext {
  readonly organization: string;
  readonly contact: string;
}

type Words = (parts: Parts) => string;

export function formatSignIn(context: SignInContext, reason: DenyReason, facts: SignInFacts): string {
  const words = selectWords(reason, facts);
  const room = MAX_SENTENCE_BYTES - context.contact.length;
  const shorter = (parts: Parts, name: keyof Parts): Parts => {
    const excess = words(parts).length - room;
    return excess <= 0 ? parts : { ...parts, [name]: cutMiddle(parts[name], parts[name].length - excess) };
  };
  const order = ['place', 'problem', 'yours', 'required'] as const;
  const parts = order.reduce(shorter, toParts(context, facts));
  return `${cut(words(parts), room)}${context.contact}`;
}

function toParts({ organization }: SignInContext, facts: SignInFacts): Parts {
  const required = joinOrgs(facts.requiredOrgs);
  return {
    required: required === '' ? organization : required,
    yours: joinOrgs(facts.yourOrgs ?? []),
    place: toAscii(facts.place ?? ''),
    problem: toAscii(facts.problem ?? '').replace(/[. ]+$/, ''),
  };
}

function selectWords(reason: DenyReason, { problem }: SignInFacts): Words {
  if (problem !== undefined) return wordBroken;
  return reason === 'WRONG_ORGANIZATION' ? wordWrong : wordRequired;
}

const wordRequired: Words = ({ required, place }) =>
  `${required} requires sign-in${inBrackets(place)}: run "pullgate login".`;

const wordWrong: Words = ({ yours, required, place }) =>
  `signed in to ${yours === '' ? 'no organization' : yours}, but this machine requires ${required}${inBrackets(place)}: ` +
  'run "pullgate login" with an account of it.';

/** Signing in does not help; who can mend the file does. */
const wordBroken: Words = ({ required, place, problem }) =>
  `${required} requires sign-in, but ${place === '' ? 'what requires it' : place} cannot be read` +
  `${problem === '' ? '' : ` (${problem})`}.`;

function inBrackets(place: string): string {
  return place === '' ? '' : ` (${place})`;
}

function joinOrgs(slugs: readonly string[]): string {
  return slugs.map((slug) => toAscii(slug).slice(0, 64)).join(' or ');
}

/** Keeps the end of a long text, too: the name of a file tells more than its directories. */
function cutMiddle(text: string, length: number): string {
  if (length < MIN_CUT) return '';
  const half = Math.floor((length - 3) / 2);
  return `${text.slice(0, length - 3 - half)}...${text.slice(text.length - half)}`;
}

/** Less of a place or a name tells nobody anything. */
const MIN_CUT = 12;
