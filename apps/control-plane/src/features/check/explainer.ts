/** Explains queries by one policy after the other, with the lines of the policy's text that each step stands on. */

import {
  type AccessQuery,
  type CompiledPolicy,
  compilePolicy,
  type Explanation,
  explain,
  type PolicyDocument,
  type RegistryProfile,
} from '@pullgate/policy';
import { findRulePlaces, type RulePlace } from '../../document/rule-places.ts';

export interface PolicySource {
  /** Different for policies that differ. */
  readonly name: string;
  readonly yaml: string;
  readonly revision: number;
  readonly document: () => PolicyDocument;
  readonly profiles: () => readonly RegistryProfile[];
}

export interface PlacedExplanation extends Omit<Explanation, 'steps'> {
  readonly steps: (Explanation['steps'][number] & { readonly line?: number })[];
  /** Of the rule that decided. */
  readonly rule?: RulePlace;
}

export type Explainer = (source: PolicySource, query: AccessQuery) => PlacedExplanation;

/** Asked again and again about one policy, so the last one is kept. */
export function createExplainer(): Explainer {
  let last: { readonly name: string; readonly policy: CompiledPolicy; readonly places: Places } | undefined;
  return (source, query) => {
    if (last?.name !== source.name) last = { name: source.name, ...prepare(source) };
    return place(explain(last.policy, query), last.places);
  };
}

type Places = ReadonlyMap<string, RulePlace>;

function prepare({ yaml, revision, document, profiles }: PolicySource) {
  const policy = compilePolicy({ document: document(), revision, profiles: profiles() });
  return { policy, places: findRulePlaces(yaml) };
}

function place({ steps, ...rest }: Explanation, places: Places): PlacedExplanation {
  const rule = places.get(rest.decision.ruleId ?? '');
  return {
    ...rest,
    steps: steps.map((step) => {
      const line = places.get(step.ruleId ?? '')?.line;
      return line === undefined ? step : { ...step, line };
    }),
    ...(rule === undefined ? {} : { rule }),
  };
}
