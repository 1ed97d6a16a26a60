/**
 * Builds the one sentence that a stopped person reads (semantics 6): `<organization> does not allow <target> (<why>,
 * r<revision>). <contact>`. ASCII, at most 300 bytes; the reference is cut, the contact never. It holds no digests,
 * query strings or people.
 */

import { joinWords } from './describe.ts';
import { cut, MAX_SENTENCE_BYTES, toAscii } from './sentence-text.ts';
import { formatSignIn, type SignInFacts } from './sign-in-sentence.ts';
import type { Action, DenyReason, PolicyDocument } from './types.ts';

/** Enough of a reference to recognise one's own. */
const MIN_TARGET_BYTES = 24;

/** A contact of a document that was never validated could push out everything else. */
const MAX_CONTACT_BYTES = 160;

/** What all sentences of one snapshot share, put together once. */
export interface SentenceContext {
  /** `acme does not allow push to `, by action. */
  readonly heads: Readonly<Record<Action | 'any', string>>;
  /** `, r7). Ask in #platform: https://...` */
  readonly tail: string;
  /** Slug of the organization, or `Pullgate` before there is one. */
  readonly organization: string;
  /** ` Ask in #platform: https://...`, with the space before it; empty without a contact. */
  readonly contact: string;
}

/** The rule a sentence cites. */
export interface CitedRule {
  readonly id: string;
  readonly actions: readonly Action[];
  readonly because?: string | undefined;
}

export interface SentenceFacts {
  readonly reason: DenyReason;
  readonly rule?: CitedRule | undefined;
  readonly registry?: string | undefined;
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly action?: Action | undefined;
  /** The registry that a companion host was judged by. */
  readonly serves?: string | undefined;
  /** What a denial for want of a sign-in names. */
  readonly signIn?: SignInFacts | undefined;
}

/** `document` is absent, and `revision` 0, when there is no policy yet. */
export function toSentenceContext(
  document: Pick<PolicyDocument, 'organization' | 'contact'> | undefined,
  revision: number,
): SentenceContext {
  const who = document === undefined ? 'Pullgate' : toAscii(document.organization).slice(0, 64);
  const parts = [document?.contact.message, document?.contact.url].filter((part) => part);
  const contact = toAscii(parts.join(': ')).slice(0, MAX_CONTACT_BYTES);
  const ask = contact === '' ? '' : ` ${contact}`;
  const head = (verb: string) => `${who} does not allow ${verb}`;
  return {
    heads: {
      pull: head('pull of '),
      push: head('push to '),
      delete: head('delete in '),
      catalog: head('listing of '),
      any: head(''),
    },
    tail: `${revision === 0 ? '' : `, r${revision}`}).${ask}`,
    organization: who,
    contact: ask,
  };
}

export function formatSentence(context: SentenceContext, facts: SentenceFacts): string {
  if (facts.signIn !== undefined) return formatSignIn(context, facts.reason, facts.signIn);
  const { heads, tail } = context;
  const head = heads[facts.action ?? 'any'];
  const target = toTarget(facts);
  const why = toWhy(facts);
  // What the owner says of a rule is no reason where the rule itself was not reached.
  const because = facts.reason === 'DEPTH_UNAVAILABLE' ? '' : toBecause(facts.rule?.because);
  const room = MAX_SENTENCE_BYTES - head.length - tail.length - ' ('.length;
  if (target.length + why.length + because.length <= room) return `${head}${target} (${why}${because}${tail}`;
  if (target.length + why.length <= room) return `${head}${target} (${why}${tail}`;
  const cutTarget = cut(target, Math.max(room - why.length, MIN_TARGET_BYTES));
  return `${head}${cutTarget} (${cut(why, room - cutTarget.length)}${tail}`;
}

/** What was asked for, in the letters of references alone: targets may come from a malformed request. */
function toTarget({ registry, repository, tag }: SentenceFacts): string {
  const host = toName(registry);
  if (host === '') return 'this request';
  const path = repository === undefined ? '' : toName(repository);
  return `${host}${path === '' ? '' : `/${path}`}${path === '' || tag === undefined ? '' : `:${toName(tag)}`}`;
}

/**
 * Whoever writes a request line chooses these letters, and the sentence travels in a status line: everything from the
 * first letter that no reference has is left out, and so is a whole name with `@`, which may carry credentials.
 */
function toName(text: string | undefined): string {
  if (typeof text !== 'string') return '';
  if (/^[A-Za-z0-9._:/[\]*-]*$/.test(text)) return text;
  return text.includes('@') ? '' : (/^[A-Za-z0-9._:/[\]*-]*/.exec(text)?.[0] ?? '');
}

function toWhy(facts: SentenceFacts): string {
  const why = WHY[facts.reason](
    facts.rule === undefined ? 'the policy' : `rule ${toAscii(facts.rule.id)}`,
    facts,
  );
  return facts.serves === undefined ? why : `it serves ${toName(facts.serves)}: ${why}`;
}

const WHY: Readonly<Record<DenyReason, (rule: string, facts: SentenceFacts) => string>> = {
  DENIED_BY_RULE: (rule) => `denied by ${rule}`,
  BLOCKED: (rule) => `blocked by ${rule}`,
  NOT_LISTED: () => 'not on the list',
  TEAM_NOT_ALLOWED: (rule) => `${rule} is for other teams`,
  ACTION_NOT_ALLOWED: (rule, { rule: cited }) => `${rule} allows ${joinWords(cited?.actions ?? [])}`,
  REPOSITORY_NOT_ALLOWED: (rule) => `${rule} does not list this repository`,
  TAG_NOT_ALLOWED: (rule, { tag }) => `${rule} does not list this ${tag === undefined ? 'digest' : 'tag'}`,
  DIGEST_NOT_ALLOWED: (rule) => `${rule} allows listed digests only`,
  INSECURE_NOT_ALLOWED: (rule) => `${rule} does not allow plain HTTP`,
  DEPTH_UNAVAILABLE: (rule) => `${rule} needs inspection, which is off here; owners: see whenHostOnly`,
  BROAD_HOST: () => 'a storage host shared with others',
  URL_DENIED: () => 'denied by urls',
  REFERENCE_INVALID: () => 'the reference is malformed',
  REQUEST_INVALID: () => 'the request is malformed',
  ADDRESS_REFUSED: () => 'its address is local to this machine or its cloud',
  POLICY_MISSING: () => 'this machine has no policy yet',
  POLICY_EXPIRED: () => 'the policy is too old, this machine was offline too long',
  SIGN_IN_REQUIRED: () => 'sign in first: pullgate login',
  WRONG_ORGANIZATION: () => 'signed in to another organization',
  INSPECTION_FAILED: () =>
    'it needs inspection, and the client does not trust the certificate of this machine',
};

function toBecause(text: string | undefined): string {
  if (text === undefined) return '';
  const ascii = toAscii(text).replace(/[. ]+$/, '');
  return ascii === '' ? '' : `: ${ascii}`;
}
