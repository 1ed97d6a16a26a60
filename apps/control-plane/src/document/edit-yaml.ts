/** Changes single places of a policy's YAML, keeping the owner's comments and order. Leaves validating the result to the caller. */

import type { Mode } from '@pullgate/policy';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** Fields to set; `null` removes one. */
export type FieldEdits = Readonly<Record<string, unknown>>;
export type RuleList = 'registries' | 'deny';

/** `text` must be a valid policy. */
function edited(text: string, edit: (document: Document) => void): string {
  const document = parseDocument(text);
  edit(document);
  return document.toString({ lineWidth: 0 });
}

export function addRules(text: string, list: RuleList, rules: readonly object[]): string {
  return edited(text, (document) => {
    const items = listOf(document, list);
    for (const fields of rules) items.add(document.createNode(fields));
  });
}

/** Does nothing when no rule has this id. */
export function editRule(text: string, list: RuleList, id: string, edits: FieldEdits): string {
  return edited(text, (document) => {
    const rule = listOf(document, list).items.find((item) => hasId(item, id));
    if (!isMap(rule)) return;
    for (const [key, value] of Object.entries(edits)) {
      if (value === null) rule.delete(key);
      else if (value !== undefined) rule.set(key, document.createNode(value));
    }
  });
}

export function removeRule(text: string, list: RuleList, id: string): string {
  return edited(text, (document) => deleteRule(document, list, id));
}

/** Sets the organization's mode, or one team's. */
export function setMode(text: string, mode: Mode, team?: string): string {
  return edited(text, (document) => {
    const current = document.get('mode');
    if (!isMap(current)) document.set('mode', document.createNode({ default: current ?? 'enforce' }));
    document.setIn(team === undefined ? ['mode', 'default'] : ['mode', 'teams', team], mode);
  });
}

/** Adds a host to a list of a registry's profile, which is made if there is none. `isSame` knows the registry however it is written. */
export function addProfileHost(
  text: string,
  isSame: (registry: string) => boolean,
  { registry, list, host }: { readonly registry: string; readonly list: string; readonly host: string },
): string {
  return edited(text, (document) => {
    if (!isSeq(document.get('profiles'))) document.set('profiles', document.createNode([]));
    const profiles = document.get('profiles') as YAMLSeq<YAMLMap>;
    const found = profiles.items.find((item) => isMap(item) && isSame(String(item.get('registry'))));
    if (found === undefined) profiles.add(document.createNode({ registry, [list]: [host] }));
    else if (isSeq(found.get(list))) (found.get(list) as YAMLSeq).add(host);
    else found.set(list, document.createNode([host]));
  });
}

/** A part of a policy that is changed as a whole: one rule of a list, or a key of the document. */
export type Unit = { readonly list: RuleList; readonly id: string } | { readonly key: string };

/** Copies units from `source` into `text`, where a unit that `source` lacks is removed. */
export function copyUnits(text: string, source: string, units: readonly Unit[]): string {
  const from = parseDocument(source);
  return edited(text, (document) => {
    for (const unit of units) {
      if ('key' in unit) copyKey(document, from, unit.key);
      else copyRule(document, from, unit);
    }
  });
}

function copyKey(document: Document, from: Document, key: string): void {
  const node = from.get(key, true);
  if (node === undefined) document.delete(key);
  else document.set(key, node);
}

function copyRule(
  document: Document,
  from: Document,
  { list, id }: { readonly list: RuleList; readonly id: string },
): void {
  const rule = listOf(from, list).items.find((item) => hasId(item, id));
  const target = listOf(document, list);
  const at = target.items.findIndex((item) => hasId(item, id));
  if (rule === undefined) deleteRule(document, list, id);
  else if (at < 0) target.add(rule);
  else target.items[at] = rule;
}

function deleteRule(document: Document, list: RuleList, id: string): void {
  const rules = listOf(document, list);
  const at = rules.items.findIndex((item) => hasId(item, id));
  if (at >= 0) rules.items.splice(at, 1);
}

function listOf(document: Document, list: RuleList): YAMLSeq<YAMLMap> {
  const found = document.get(list);
  if (isSeq(found)) return found as YAMLSeq<YAMLMap>;
  const made = document.createNode([]) as unknown as YAMLSeq<YAMLMap>;
  document.set(list, made);
  return made;
}

function hasId(item: unknown, id: string): boolean {
  return isMap(item) && item.get('id') === id;
}
