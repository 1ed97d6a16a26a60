/** Finds out which condition kept a query from being allowed, and by which rule. Leaves deciding that it is not to `judge.ts`. */

import { type Case, findOn, firstOnHosts, type Outcome, withoutPlainPort } from './case.ts';
import { findRule, firstBucket, ruleOfBucket } from './find-rule.ts';
import { ANY_ACTION, type Bucket, type HostRules, type Rule, type Wanted } from './rule-index.ts';
import type { Reason } from './types.ts';

/** How far a rule went before it failed; what went farthest is what the person is told. */
const RANK = { NOT_LISTED: 0, TEAM: 1, REPOSITORY: 2, ACTION: 3, VERSION: 4 } as const;

interface Search {
  /** Is asked with any action, and with the action wanted, but without a version. */
  readonly anyAction: Wanted;
  readonly anyVersion: Wanted;
  rank: number;
  rule: Rule | undefined;
}

/** The outcome for a query that no allow covers. */
export function explainRefusal(asked: Case): Outcome {
  return asked.insecure ? explainInsecure(asked) : explainListed(asked);
}

function explainInsecure(asked: Case): Outcome {
  const { allows } = asked.policy;
  const sameName = withoutPlainPort(asked.host);
  const rule = findOn(allows, asked) ?? (sameName && findRule(allows, sameName, asked.wanted));
  return rule === undefined ? explainListed(asked) : deny('INSECURE_NOT_ALLOWED', rule);
}

/** One walk over the rules of the host, since most denials of a busy machine come by here. */
function explainListed(asked: Case): Outcome {
  const { repository, slot, teams, now } = asked.wanted;
  const base = { repository, tag: undefined, digest: undefined, teams, now };
  const search: Search = {
    anyAction: { ...base, slot: ANY_ACTION },
    anyVersion: { ...base, slot },
    rank: RANK.NOT_LISTED,
    rule: undefined,
  };
  firstOnHosts(asked.policy.allows, asked, (host) => searchHost(host, search));
  return deny(reasonOf(search), search.rule);
}

function searchHost(host: HostRules, search: Search): undefined {
  raise(search, RANK.TEAM, (host.everyone ?? host.teams?.values().next().value)?.rules[0]);
  firstBucket(host, search.anyAction, (bucket) => searchBucket(bucket, search));
}

function searchBucket(bucket: Bucket, search: Search): undefined {
  const covering = ruleOfBucket(bucket, search.anyAction);
  if (covering === undefined) return raise(search, RANK.REPOSITORY, bucket.rules[0]);
  const version = ruleOfBucket(bucket, search.anyVersion);
  return version === undefined ? raise(search, RANK.ACTION, covering) : raise(search, RANK.VERSION, version);
}

function raise(search: Search, rank: number, rule: Rule | undefined): undefined {
  if (rank <= search.rank) return;
  search.rank = rank;
  search.rule = rule;
}

function reasonOf({ rank, rule }: Search): Reason {
  if (rank === RANK.VERSION) return rule?.tags === undefined ? 'DIGEST_NOT_ALLOWED' : 'TAG_NOT_ALLOWED';
  if (rank === RANK.ACTION) return 'ACTION_NOT_ALLOWED';
  if (rank === RANK.REPOSITORY) return 'REPOSITORY_NOT_ALLOWED';
  return rank === RANK.TEAM ? 'TEAM_NOT_ALLOWED' : 'NOT_LISTED';
}

function deny(reason: Reason, rule: Rule | undefined): Outcome {
  return { verdict: 'deny', reason, rule };
}
