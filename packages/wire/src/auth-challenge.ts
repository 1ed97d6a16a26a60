/** Decodes `WWW-Authenticate` (RFC 9110, 11.6.1) and what a registry's Bearer challenge says. Leaves asking for tokens to the callers. */

import { type Authority, parseAuthority } from './authority.ts';

/** One challenge; scheme and parameter names in lower case, values without quotes. */
export interface AuthChallenge {
  readonly scheme: string;
  readonly token68?: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export type ChallengesResult =
  | { readonly ok: true; readonly challenges: readonly AuthChallenge[] }
  | { readonly ok: false; readonly problem: string };

/** Where tokens for a registry come from, and what to ask there (distribution's token specification). */
export interface BearerChallenge {
  readonly kind: 'bearer';
  /** The token endpoint as written: an absolute `http` or `https` URL without user information and fragment. */
  readonly realm: string;
  /** The token endpoint's host, that is, the token host of a registry's profile. */
  readonly tokenHost: Authority;
  readonly isSecure: boolean;
  readonly service?: string;
  readonly scope?: string;
}

export type ChallengeResult =
  | BearerChallenge
  /** Other schemes only, in lower case: `basic`, `negotiate`; or none at all. */
  | { readonly kind: 'other'; readonly schemes: readonly string[] }
  | { readonly kind: 'invalid'; readonly problem: string };

/** Registries send less than 1 KiB; scopes of many repositories are the longest. */
const MAX_LENGTH = 8 * 1024;
/** Three schemes with a handful of parameters each are more than any registry sends. */
const MAX_PARTS = 64;

/**
 * Decodes what the values of `WWW-Authenticate` say to a registry's client.
 *
 *     realm = ( "https" / "http" ) "://" authority [ path ] [ "?" query ]     ; printable ASCII
 *
 * Two Bearer challenges must name one realm: clients differ in which of two they follow.
 *
 * @param values the values of all `WWW-Authenticate` fields of one answer, in their order
 */
export function decodeChallenge(values: readonly string[]): ChallengeResult {
  const decoded = decodeChallenges(values);
  if (!decoded.ok) return { kind: 'invalid', problem: decoded.problem };
  const bearers = decoded.challenges.filter(({ scheme }) => scheme === 'bearer');
  const [first] = bearers;
  if (first === undefined) return { kind: 'other', schemes: decoded.challenges.map(({ scheme }) => scheme) };
  if (new Set(bearers.map(({ parameters }) => parameters.get('realm'))).size > 1) {
    return { kind: 'invalid', problem: 'two Bearer challenges name different realms' };
  }
  return toBearer(first.parameters);
}

const REALM = /^(https?):\/\/([^/?#]*)(?:[/?][\x21\x22\x24-\x7e]*)?$/i;

function toBearer(parameters: ReadonlyMap<string, string>): ChallengeResult {
  const realm = parameters.get('realm');
  if (realm === undefined) return { kind: 'invalid', problem: 'the Bearer challenge has no realm' };
  const [, scheme = '', authority = ''] = REALM.exec(realm) ?? [];
  if (scheme === '') return { kind: 'invalid', problem: 'the realm is no absolute URL' };
  const isSecure = scheme.toLowerCase() === 'https';
  const host = parseAuthority(authority, isSecure ? 443 : 80);
  if (!host.ok) return { kind: 'invalid', problem: `the realm's host: ${host.problem}` };
  const service = parameters.get('service');
  const scope = parameters.get('scope');
  return {
    kind: 'bearer',
    realm,
    tokenHost: host.authority,
    isSecure,
    ...(service !== undefined && { service }),
    ...(scope !== undefined && { scope }),
  };
}

/**
 * Decodes every challenge (RFC 9110, 11.2, 11.3 and 11.6.1):
 *
 *     WWW-Authenticate = #challenge                                   ; empty elements are skipped
 *     challenge        = scheme [ 1*SP ( token68 / #parameter ) ]
 *     parameter        = token BWS "=" BWS ( token / quoted-string )  ; each name once in a challenge
 *     token68          = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 *
 * A comma separates parameters and challenges alike; a token that `=` follows is a parameter, another begins a challenge.
 */
export function decodeChallenges(values: readonly string[]): ChallengesResult {
  const challenges: AuthChallenge[] = [];
  let length = 0;
  for (const value of values) {
    length += value.length;
    if (length > MAX_LENGTH) return refuse('the challenges are longer than 8 KiB');
    const problem = decodeValue(value, challenges);
    if (problem !== undefined) return refuse(problem);
  }
  return { ok: true, challenges };
}

function refuse(problem: string): ChallengesResult {
  return { ok: false, problem };
}

interface OpenChallenge {
  readonly scheme: string;
  token68?: string;
  readonly parameters: Map<string, string>;
}

/** Appends the challenges of one field value; says what is wrong with it. A challenge never goes on in the next field. */
function decodeValue(text: string, challenges: AuthChallenge[]): string | undefined {
  const scanner = createScanner(text);
  let open: OpenChallenge | undefined;
  for (let parts = 0; scanner.skipSeparators(); parts += 1) {
    if (parts === MAX_PARTS) return 'there are more than 64 parts';
    const parameter = scanner.takeParameter();
    if (parameter === undefined) {
      open = scanner.takeScheme();
      if (open === undefined) return 'a challenge does not begin with a scheme';
      challenges.push(open);
    } else {
      const problem = addParameter(open, parameter);
      if (problem !== undefined) return problem;
    }
    if (!scanner.isAtElementEnd()) return 'something stands behind a challenge or a parameter';
  }
  return undefined;
}

function addParameter(open: OpenChallenge | undefined, [name, value]: Parameter): string | undefined {
  if (open === undefined) return 'a parameter stands before any scheme';
  if (open.token68 !== undefined) return 'a parameter stands behind a token68';
  if (open.parameters.has(name)) return 'a parameter is given twice';
  open.parameters.set(name, value);
  return undefined;
}

type Parameter = readonly [name: string, value: string];

/** Sticky, so that each rule is tried at the scanner's place only and every character is read a bounded number of times. */
const RULES = {
  separators: /[\t ,]*/y,
  name: /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[\t ]*=[\t ]*/y,
  value:
    /([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*)"/y,
  scheme: /([!#$%&'*+.^_`|~0-9A-Za-z-]+)/y,
  spaces: / +/y,
  token68: /([-A-Za-z0-9._~+/]+=*)(?=[\t ]*(?:,|$))/y,
  end: /[\t ]*(?:,|$)/y,
};

interface Scanner {
  /** Whether anything follows the separators. */
  skipSeparators(): boolean;
  takeParameter(): Parameter | undefined;
  /** A scheme and, where it stands behind it, its token68 or its first parameter. */
  takeScheme(): OpenChallenge | undefined;
  isAtElementEnd(): boolean;
}

function createScanner(text: string): Scanner {
  let at = 0;

  function take(rule: RegExp): RegExpExecArray | undefined {
    rule.lastIndex = at;
    const match = rule.exec(text);
    if (match === null) return undefined;
    at = rule.lastIndex;
    return match;
  }

  function takeParameter(): Parameter | undefined {
    const start = at;
    const name = take(RULES.name)?.[1];
    const value = name === undefined ? undefined : take(RULES.value);
    if (name === undefined || value === undefined) {
      at = start;
      return undefined;
    }
    return [name.toLowerCase(), value[1] ?? (value[2] ?? '').replace(/\\(.)/gs, '$1')];
  }

  function takeScheme(): OpenChallenge | undefined {
    const scheme = take(RULES.scheme)?.[1];
    if (scheme === undefined) return undefined;
    const open: OpenChallenge = { scheme: scheme.toLowerCase(), parameters: new Map() };
    if (take(RULES.spaces) === undefined) return open;
    const parameter = takeParameter();
    const token68 = parameter === undefined ? take(RULES.token68)?.[1] : undefined;
    if (parameter !== undefined) open.parameters.set(...parameter);
    if (token68 !== undefined) open.token68 = token68;
    return open;
  }

  return {
    skipSeparators() {
      take(RULES.separators);
      return at < text.length;
    },
    takeParameter,
    takeScheme,
    isAtElementEnd() {
      RULES.end.lastIndex = at;
      return RULES.end.test(text);
    },
  };
}
