/**
 * Finds rules on Docker Hub that take BuildKit's frontend away, which every Dockerfile with `# syntax=docker/dockerfile:1`
 * makes BuildKit fetch there, and what would give it back. Leaves publishing to whoever reads it.
 */

import { isDockerHub, parseHostPattern, parseReference } from '@pullgate/reference';
import { compilePolicy } from './compile-policy.ts';
import { decide } from './decide.ts';
import type { Action, PolicyDocument } from './types.ts';

/** The repository of BuildKit's Dockerfile frontend at Docker Hub. */
export const FRONTEND_REPOSITORY = 'docker/dockerfile';

const HUB = 'docker.io';

/** What the entry that is offered allows. */
interface RemedyFields {
  readonly allow: Action[];
  readonly repositories: string[];
}

interface RemedyEntry extends RemedyFields {
  readonly id: string;
  readonly registry: string;
  readonly name: string;
  readonly teams?: string[];
}

/** A change of the draft that mends what a warning is about; `id` is that of the entry to edit. */
export type PolicyRemedy =
  | { readonly kind: 'add'; readonly entry: RemedyEntry }
  | { readonly kind: 'edit'; readonly id: string; readonly fields: RemedyFields };

export interface LostFrontend {
  /** The rule that takes it away. */
  readonly path: string;
  /** None where a denial does: nothing that is allowed beats it. */
  readonly remedy?: PolicyRemedy;
}

/**
 * The rule by which whoever may use Docker Hub at all cannot fetch the frontend; undefined where it can be fetched, where
 * no rule names Docker Hub, and where a mirror of it is allowed.
 */
export function findLostFrontend(document: PolicyDocument): LostFrontend | undefined {
  const rules = [...document.registries, ...document.deny].filter(isOnHub);
  if (rules.length === 0 || hasMirror(document)) return undefined;
  const everyone = rules.some(({ teams }) => teams === undefined);
  const teams = everyone ? [] : [...new Set(rules.flatMap((rule) => rule.teams ?? []))];
  const decision = decideFrontend(document, teams);
  if (decision.verdict === 'allow' || decision.ruleId === undefined) return undefined;
  return toLoss(document, decision.ruleId);
}

function isOnHub({ registry }: { readonly registry: string }): boolean {
  const pattern = parseHostPattern(registry);
  return pattern.kind === 'exact' && isDockerHub(pattern.host);
}

/** Engines that fetch from a mirror ask it for the frontend too. */
function hasMirror({ registries }: PolicyDocument): boolean {
  return registries.some(
    ({ mirrorOf, allow, repositories }) =>
      mirrorOf !== undefined &&
      isOnHub(mirrorOf) &&
      allow.includes('pull') &&
      (repositories === undefined || repositories.some((pattern) => pattern.includes('*'))),
  );
}

function decideFrontend(document: PolicyDocument, teams: readonly string[]) {
  const enforced: PolicyDocument = { ...document, mode: { default: 'enforce', teams: {} } };
  const policy = compilePolicy({ document: enforced, revision: 0, profiles: [] });
  const reference = parseReference(`${HUB}/${FRONTEND_REPOSITORY}:1`);
  return decide(policy, {
    ...reference,
    action: 'pull',
    subject: { teams },
    point: 'check',
    deeper: true,
    now: 0,
  });
}

function toLoss(document: PolicyDocument, ruleId: string): LostFrontend {
  const entry = document.registries.find(({ id }) => id === ruleId);
  if (entry === undefined) return { path: `/deny/${ruleId}` };
  const path = `/registries/${ruleId}`;
  const fields: RemedyFields = { allow: ['pull'], repositories: [FRONTEND_REPOSITORY] };
  // A block beats every allow, so an entry beside it would change nothing: a list of one takes its place.
  if (entry.allow.length === 0) return { path, remedy: { kind: 'edit', id: ruleId, fields } };
  const name = 'BuildKit frontend';
  const teams = entry.teams === undefined ? {} : { teams: [...entry.teams] };
  return {
    path,
    remedy: { kind: 'add', entry: { id: freeId(document), registry: HUB, name, ...fields, ...teams } },
  };
}

function freeId({ registries, deny }: PolicyDocument): string {
  const taken = new Set([...registries, ...deny].map(({ id }) => id));
  let id = 'buildkit-frontend';
  for (let number = 2; taken.has(id); number += 1) id = `buildkit-frontend-${number}`;
  return id;
}
