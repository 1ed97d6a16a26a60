/** Compares what was seen of a cell with what policy and engine promise. Leaves running it to `run-cell.ts`. */

import type { DecisionItem } from '@pullgate/protocol';
import type { Ruling, Verb } from './cells.ts';
import type { Engine } from './engines.ts';
import type { Seen } from './run-cell.ts';

export interface Judged extends Seen {
  /** The record that tells the owner of it. */
  readonly record: DecisionItem | undefined;
  /** Whether the person reads the whole sentence. */
  readonly isSaid: boolean;
  /** What does not fit, in words; none when all does. */
  readonly problems: readonly string[];
}

/** The reason that the record of a denial must give. */
const REASONS: Readonly<Record<Exclude<Ruling, 'allowed'>, string>> = {
  host: 'NOT_LISTED',
  action: 'ACTION_NOT_ALLOWED',
  repository: 'REPOSITORY_NOT_ALLOWED',
  tag: 'TAG_NOT_ALLOWED',
  digest: 'DIGEST_NOT_ALLOWED',
};

/** What records may name as the action: a push or a deletion begins by reading, and is stopped there if it can be. */
const ACTIONS: Readonly<Record<Verb, readonly string[]>> = {
  pull: ['pull'],
  push: ['push', 'pull'],
  mount: ['push', 'pull'],
  delete: ['delete', 'pull'],
  list: ['pull'],
};

/** The gateway tells once of what it forwards alike in this time. */
const ATTEMPT_MS = 30_000;

/** @param records all that the owner has of the time in which the cell ran, and of what was told just before */
export function judgeCell(engine: Engine, seen: Seen, records: readonly DecisionItem[]): Judged {
  const isAllowed = seen.cell.ruling === 'allowed';
  const from = isAllowed ? seen.startedAt - ATTEMPT_MS : seen.startedAt;
  const during = records.filter(({ at }) => at >= from && at <= seen.endedAt);
  return isAllowed ? judgeAllowed(seen, during) : judgeDenied(engine, seen, during);
}

function judgeAllowed(seen: Seen, records: readonly DecisionItem[]): Judged {
  const { verb, target } = seen.cell;
  const { code, output } = seen.outcome;
  const record = records.find(
    (item) =>
      item.verdict === 'allow' &&
      item.point === 'gateway' &&
      item.registry === target.registry &&
      item.repository === target.repository,
  );
  const wanted = toWantedRequest(verb, target.repository);
  const problems = [
    ...(code === 0 ? [] : [`ended with ${code}`]),
    ...(output.includes('does not allow') ? ['shows a sentence'] : []),
    ...(record === undefined ? ['has no record of the gateway'] : []),
    ...(seen.requests.some((request) => wanted.test(request)) ? [] : [`sent no request like ${wanted}`]),
  ];
  return { ...seen, record, isSaid: false, problems };
}

/** What must have reached the registry for the verb to have done its work; a blob is redirected, a mount is no upload. */
function toWantedRequest(verb: Verb, repository: string): RegExp {
  const path = `/v2/${toPattern(repository)}`;
  const requests: Readonly<Record<Verb, string>> = {
    pull: `^GET ${path}/blobs/\\S+ 307$`,
    push: `^PUT ${path}/manifests/\\S+ 201$`,
    mount: `^POST ${path}/blobs/uploads/\\S*mount=\\S+ 201$`,
    delete: `^DELETE ${path}/manifests/\\S+ 202$`,
    list: `^GET ${path}/tags/list\\S* 200$`,
  };
  return new RegExp(requests[verb]);
}

function judgeDenied(engine: Engine, seen: Seen, records: readonly DecisionItem[]): Judged {
  const { verb, ruling, target } = seen.cell;
  const denials = records.filter(
    ({ verdict, registry }) => verdict === 'deny' && registry === target.registry,
  );
  const fitting = denials.filter((item) => fits(item, seen));
  const said = fitting.find(({ message }) => message && toWords(seen.outcome.output).includes(message));
  const record = said ?? fitting[0];
  const isSaid = said !== undefined;
  const isHidden = engine.hides?.includes(`${verb} ${ruling}`) === true;
  const change = toChange(seen);
  const problems = [
    ...(seen.outcome.code === 0 ? ['ended with 0'] : []),
    ...(record === undefined
      ? [`has no fitting record, only ${denials.map(toSummary).join('; ') || 'none'}`]
      : []),
    ...(isSaid === isHidden ? [isSaid ? 'shows the sentence after all' : 'hides the sentence'] : []),
    ...(seen.requests.some((request) => change.test(request)) ? ['changed the registry'] : []),
  ];
  return { ...seen, record, isSaid, problems };
}

/** What must not have happened. What has no tag yet may be put where tags limit a push: it comes before the tag. */
function toChange({ cell: { ruling, target } }: Seen): RegExp {
  const name = ruling === 'tag' ? target.tag : '\\S+';
  return new RegExp(`^(PUT|DELETE) /v2/${toPattern(target.repository)}/manifests/${name} 20[0-9]$`);
}

function fits(item: DecisionItem, { cell }: Seen): boolean {
  const { verb, ruling, target } = cell;
  if (ruling === 'allowed' || item.reason !== REASONS[ruling] || item.effect !== 'refuse') return false;
  if (ruling === 'host') return item.point === 'proxy';
  return (
    item.point === 'gateway' &&
    item.repository === target.repository &&
    ACTIONS[verb].includes(item.action ?? '') &&
    (item.tag === undefined ? ruling !== 'tag' : item.tag === target.tag)
  );
}

const toSummary = ({ point, reason, action, repository, tag }: DecisionItem): string =>
  [point, reason, action, repository, tag].filter((word) => word !== undefined).join(' ');

/** A terminal may have broken the line, and logs escape quotes: words alone. */
const toWords = (output: string): string => output.replace(/\s+/g, ' ');

/** Of the letters of repositories, only this one means something in a pattern. */
const toPattern = (repository: string): string => repository.replaceAll('.', '\\.');
