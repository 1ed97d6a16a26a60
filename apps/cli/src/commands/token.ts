/** `pullgate token create|list|revoke`: tokens for programs, and tokens that enrol machines. */

import { quote } from '@pullgate/errors';
import { type ApiToken, type EnrollmentToken, SCOPES, type ScopeName } from '@pullgate/protocol';
import { orSee } from '../api-error.ts';
import { toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { formatTime } from '../wording.ts';

export interface TokenCreateOptions extends TargetOptions, ListingOptions {
  readonly enroll?: boolean;
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly uses?: number;
  /** Seconds. */
  readonly expires?: number;
  readonly ephemeral?: boolean;
}

export const runTokenCreate: Command<TokenCreateOptions> = (context, options) =>
  options.enroll === true ? createEnrollment(context, options) : createApi(context, options);

async function createEnrollment(context: Context, options: TokenCreateOptions): Promise<0> {
  if (options.name !== undefined || options.scopes !== undefined) {
    throw toUsageError(
      'a token that enrols machines has no name and no scopes',
      'leave out --name and --scopes',
    );
  }
  const client = createClient(context, options);
  const token = await client.createEnrollmentToken({
    ...(options.uses === undefined ? {} : { uses: options.uses }),
    ...(options.expires === undefined ? {} : { expiresIn: options.expires }),
    ...(options.ephemeral === undefined ? {} : { ephemeral: options.ephemeral }),
  });
  const { terminal } = context;
  if (options.json === true) {
    printJson(terminal, token);
    return 0;
  }
  terminal.out(token.token ?? '');
  terminal.err(
    `  for ${token.uses === 1 ? 'one machine' : `${token.uses} machines`}, until ${formatTime(token.expiresAt)}`,
  );
  terminal.err(
    `  there: sudo pullgate machine enroll --server ${client.server} --token ${token.token ?? ''}`,
  );
  return 0;
}

async function createApi(context: Context, options: TokenCreateOptions): Promise<0> {
  if (options.name === undefined || options.scopes === undefined) {
    throw toUsageError(
      'a token for programs needs a name and scopes; one that enrols machines needs --enroll',
      'for example: pullgate token create --name ci --scopes policy:read,decisions:read --expires 90d',
    );
  }
  if (options.uses !== undefined || options.ephemeral !== undefined) {
    throw toUsageError('--uses and --ephemeral belong to --enroll');
  }
  const token = await createClient(context, options).createToken({
    name: options.name,
    scopes: parseScopes(options.scopes),
    ...(options.expires === undefined ? {} : { expiresIn: options.expires }),
  });
  const { terminal } = context;
  if (options.json === true) {
    printJson(terminal, token);
    return 0;
  }
  terminal.out(token.token ?? '');
  const until = token.expiresAt === undefined ? '' : `, good until ${formatTime(token.expiresAt)}`;
  terminal.err(`  shown once${until}; revoke it: pullgate token revoke ${token.id}`);
  return 0;
}

function parseScopes(texts: readonly string[]): ScopeName[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((word) => {
      const scope = SCOPES.find((name) => name === word.trim());
      if (scope === undefined)
        throw toUsageError(`expected a scope, got ${quote(word)}`, `scopes: ${SCOPES.join(', ')}`);
      return scope;
    });
}

export interface TokenListOptions extends TargetOptions, ListingOptions {
  readonly enroll?: boolean;
}

export const runTokenList: Command<TokenListOptions> = async (context, options) => {
  const client = createClient(context, options);
  if (options.enroll === true) {
    printListing<EnrollmentToken>(
      context.terminal,
      { items: await client.fetchEnrollmentTokens() },
      options,
      {
        headings: ['id', 'used', 'expires', 'made by'],
        toRow: (token) => [
          token.id,
          `${token.used} of ${token.uses}`,
          formatTime(token.expiresAt),
          token.createdBy.name,
        ],
        whenEmpty: 'no token enrols machines now\n  make one: pullgate token create --enroll',
      },
    );
    return 0;
  }
  printListing<ApiToken>(context.terminal, { items: await client.fetchTokens() }, options, {
    headings: ['id', 'name', 'begins with', 'scopes', 'expires', 'last used'],
    toRow: (token) => [
      token.id,
      token.name,
      token.start,
      token.scopes.join(','),
      token.expiresAt === undefined ? 'never' : formatTime(token.expiresAt),
      token.lastUsedAt === undefined ? 'never' : formatTime(token.lastUsedAt),
    ],
    whenEmpty: 'there are no tokens\n  make one: pullgate token create --name NAME --scopes SCOPES',
  });
  return 0;
};

export const runTokenRevoke: Command<TokenListOptions> = async (context, options, [id = '']) => {
  const client = createClient(context, options);
  const list = options.enroll === true ? 'pullgate token list --enroll' : 'pullgate token list';
  const work = options.enroll === true ? client.revokeEnrollmentToken(id) : client.revokeToken(id);
  await orSee(work, `which there are: ${list}`);
  if (options.json === true) printJson(context.terminal, { id, revoked: true });
  else context.terminal.out(`revoked ${id}`);
  return 0;
};
