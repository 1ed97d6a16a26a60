/**
 * Turns the text of a policy into plain values with the place of each. Knows YAML 1.2 (core schema) and JSON, and what a
 * hostile text can do to their parsers; leaves the meaning of the values to `validate-policy.ts`.
 */

import { quote } from '@pullgate/errors';
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
} from 'yaml';
import { PolicyError, type PolicyProblem, type PolicyProblemCode } from './errors.ts';

/** A policy of 10,000 registries needs about 700 KB; parsing 1 MiB takes about a second. */
export const MAX_POLICY_BYTES = 1024 * 1024;

/** A document needs six levels; whoever nests 10,000 wants to exhaust the stack of the composer, which recurses. */
const MAX_DEPTH = 64;

/** More are of no use to anyone: a text of a million commas would otherwise be answered with a million problems. */
export const MAX_PROBLEMS = 1000;

export interface ReadText {
  readonly value: unknown;
  readonly problems: readonly PolicyProblem[];
  /** Line and column (from 1) of the value at a path or of its key, or else of the nearest parent that stands in the text. */
  locate(path: string, of: 'key' | 'value'): { readonly line: number; readonly column: number } | undefined;
}

interface Reading {
  readonly lines: LineCounter;
  readonly offsets: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly problems: PolicyProblem[];
}

/**
 * Reads one YAML or JSON document.
 * @throws PolicyError `POLICY_TOO_LARGE` beyond 1 MiB, `POLICY_SYNTAX` when the text is not one well-formed document.
 */
export function readYaml(text: string, format: 'yaml' | 'json' = 'yaml'): ReadText {
  refuseLarge(text);
  const reading: Reading = { lines: new LineCounter(), offsets: new Map(), keys: new Map(), problems: [] };
  const tokens = toTokens(text, reading.lines);
  if (format === 'json') requireJson(text, reading);
  const document = composeOne(tokens, text, reading);
  const value = toValue(document.contents as Node | null, '', reading);
  return {
    value,
    problems: reading.problems,
    locate: (path, of) => locate(path, of === 'key' ? reading.keys : reading.offsets, reading),
  };
}

function refuseLarge(text: string): void {
  // More characters than that are more bytes too: what is far too large is not encoded to be counted.
  const bytes = text.length > MAX_POLICY_BYTES ? text.length : new TextEncoder().encode(text).length;
  if (bytes <= MAX_POLICY_BYTES) return;
  const message = `expected at most ${MAX_POLICY_BYTES} bytes, got ${bytes}`;
  throw new PolicyError('POLICY_TOO_LARGE', [{ code: 'TOO_LARGE', path: '', message }]);
}

/** Lexer and parser keep stacks of their own, so the depth can be measured here before anything recurses. */
function toTokens(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  for (const token of parser.parse(text)) tokens.push(token);
  const deep = deepestOffset(tokens);
  if (deep !== undefined) throw syntaxError('TOO_DEEP', `expected at most ${MAX_DEPTH} levels`, deep, lines);
  return tokens;
}

/** Offset of the first token below {@link MAX_DEPTH}, found with a work list instead of recursion. */
function deepestOffset(roots: readonly CST.Token[]): number | undefined {
  const work = roots.map((token) => ({ token, depth: 0 }));
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next.depth > MAX_DEPTH) return next.token.offset;
    for (const child of childrenOf(next.token)) work.push({ token: child, depth: next.depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  const children: CST.Token[] = [];
  for (const item of token.items) {
    if ('key' in item && item.key) children.push(item.key);
    if (item.value) children.push(item.value);
  }
  return children;
}

/** JSON is read by the same parser, which knows places and duplicate keys; this refuses what only YAML would accept. */
function requireJson(text: string, reading: Reading): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const at = /position (\d+)/.exec(cause instanceof Error ? cause.message : '');
    throw syntaxError('SYNTAX', 'expected well-formed JSON', Number(at?.[1] ?? 0), reading.lines);
  }
}

function composeOne(tokens: readonly CST.Token[], text: string, reading: Reading): Document {
  // `uniqueKeys` compares every key with every other, which 200,000 short keys turn into minutes; see `readMap`.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    strict: true,
  });
  const composed = composer.compose(tokens, true, text.length);
  const [first, second] = withoutStacks(() => [
    composed.next().value ?? undefined,
    composed.next().value ?? undefined,
  ]);
  const errors = [first, second].flatMap((document) => [
    ...(document?.errors.slice(0, MAX_PROBLEMS) ?? []),
    ...(document?.warnings.slice(0, MAX_PROBLEMS) ?? []),
  ]);
  const problems = errors
    .slice(0, MAX_PROBLEMS)
    .map((error) =>
      problemAt(
        error.code === 'TAG_RESOLVE_FAILED' ? 'TAG_REFUSED' : 'SYNTAX',
        '',
        toAscii(error.message),
        error.pos[0],
        reading.lines,
      ),
    );
  if (second !== undefined) {
    problems.push(
      problemAt('SYNTAX', '', 'expected one document, got several', second.range[0], reading.lines),
    );
  }
  if (first === undefined || problems.length > 0) throw new PolicyError('POLICY_SYNTAX', problems);
  return first;
}

/** The composer makes an Error of each mistake: a million stacks take ten seconds, and nobody reads them. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function toValue(node: Node | null, path: string, reading: Reading): unknown {
  if (node === null) return null;
  const offset = node.range?.[0] ?? 0;
  if (!reading.offsets.has(path)) reading.offsets.set(path, offset);
  const report = (code: PolicyProblemCode, message: string) =>
    addProblem(reading, code, path, message, offset);
  if (isAlias(node)) report('ALIAS_REFUSED', 'aliases are not accepted: write the value out');
  else if (node.anchor !== undefined)
    report('ALIAS_REFUSED', 'anchors are not accepted: write the value out');
  if (node.tag !== undefined) report('TAG_REFUSED', 'tags are not accepted');
  if (isMap<Node, Node | null>(node)) return readMap(node.items, path, reading);
  if (isSeq<Node>(node)) return node.items.map((item, index) => toValue(item, `${path}[${index}]`, reading));
  return isScalar(node) ? node.value : undefined;
}

function readMap(
  pairs: readonly { readonly key: Node; readonly value: Node | null }[],
  path: string,
  reading: Reading,
): Record<string, unknown> {
  // Without a prototype, so that a key named `__proto__` is a key like any other.
  const result: Record<string, unknown> = Object.create(null);
  for (const { key, value } of pairs) {
    const offset = key.range?.[0] ?? 0;
    if (!isScalar(key) || typeof key.value !== 'string') {
      addProblem(reading, 'WRONG_TYPE', path, 'expected keys that are text', offset);
      continue;
    }
    const at = joinPath(path, key.value);
    if (Object.hasOwn(result, key.value)) {
      addProblem(reading, 'DUPLICATE_KEY', at, `the key ${quote(key.value)} is given twice`, offset);
      continue;
    }
    reading.keys.set(at, offset);
    if (value === null) reading.offsets.set(at, offset);
    result[key.value] = toValue(value, at, reading);
  }
  return result;
}

/** `registries[0]` and `allow` become `registries[0].allow`; keys that are no plain words are quoted. */
export function joinPath(path: string, key: string): string {
  const name = /^[A-Za-z0-9_-]{1,64}$/.test(key) ? key : quote(key);
  return path === '' ? name : `${path}.${name}`;
}

function locate(path: string, preferred: ReadonlyMap<string, number>, reading: Reading) {
  const exact = preferred.get(path);
  if (exact !== undefined) return placeOf(exact, reading.lines);
  for (let at = path; ; at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0))) {
    const offset = reading.offsets.get(at);
    if (offset !== undefined) return placeOf(offset, reading.lines);
    if (at === '') return undefined;
  }
}

function placeOf(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function addProblem(
  { problems, lines }: Reading,
  code: PolicyProblemCode,
  path: string,
  message: string,
  offset: number,
): void {
  if (problems.length < MAX_PROBLEMS) problems.push(problemAt(code, path, message, offset, lines));
}

function problemAt(
  code: PolicyProblemCode,
  path: string,
  message: string,
  offset: number,
  lines: LineCounter,
): PolicyProblem {
  return { code, path, ...placeOf(offset, lines), message };
}

function syntaxError(
  code: PolicyProblemCode,
  message: string,
  offset: number,
  lines: LineCounter,
): PolicyError {
  return new PolicyError('POLICY_SYNTAX', [problemAt(code, '', message, offset, lines)]);
}

/** Messages of the YAML parser may carry pieces of the text. */
function toAscii(message: string): string {
  const [line = ''] = message.split('\n');
  return line.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
}
