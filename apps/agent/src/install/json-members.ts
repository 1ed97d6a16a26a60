/**
 * Finds the members of a JSON object in its text, so that one of them can be put in, replaced or taken out while every
 * other byte stays. RFC 8259: `object = "{" [ string ":" value *( "," string ":" value ) ] "}"`, whitespace between.
 */

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  /** First index behind the value. */
  readonly valueEnd: number;
}

export interface JsonObjectText {
  readonly text: string;
  /** Index behind the opening brace. */
  readonly bodyStart: number;
  /** Index of the closing brace. */
  readonly bodyEnd: number;
  readonly members: readonly JsonMember[];
}

/** Where the text stops being JSON. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = 'JsonSyntaxError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** No configuration nests deeper; it bounds the recursion. */
const MAX_DEPTH = 100;

const SPACE = /[ \t\n\r]*/y;
/** Everything from the space on but the quotation mark and the backslash, or an escape. */
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** @throws JsonSyntaxError when the text is not one JSON object */
export function parseJsonMembers(text: string): JsonObjectText {
  const start = skip(text, SPACE, 0);
  if (text[start] !== '{') throw new JsonSyntaxError('expected {', start);
  const members: JsonMember[] = [];
  const end = scanObject(text, start, 0, (member) => members.push(member));
  const rest = skip(text, SPACE, end);
  if (rest < text.length) throw new JsonSyntaxError('expected the end of the file', rest);
  return { text, bodyStart: start + 1, bodyEnd: end - 1, members };
}

function skip(text: string, pattern: RegExp, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function scanValue(text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new JsonSyntaxError(`expected at most ${MAX_DEPTH} levels`, at);
  if (text[at] === '{') return scanObject(text, at, depth);
  if (text[at] === '[') return scanArray(text, at, depth);
  const end = skip(text, text[at] === '"' ? STRING : /[-0-9]/.test(text[at] ?? '') ? NUMBER : WORD, at);
  if (end === at) throw new JsonSyntaxError('expected a value', at);
  return end;
}

function scanObject(
  text: string,
  start: number,
  depth: number,
  onMember?: (member: JsonMember) => void,
): number {
  let at = skip(text, SPACE, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    const keyStart = at;
    const keyEnd = skip(text, STRING, at);
    if (keyEnd === at) throw new JsonSyntaxError('expected a key in double quotes', at);
    at = expect(text, ':', skip(text, SPACE, keyEnd));
    const valueStart = skip(text, SPACE, at);
    const valueEnd = scanValue(text, valueStart, depth + 1);
    onMember?.({ key: JSON.parse(text.slice(keyStart, keyEnd)), keyStart, valueStart, valueEnd });
    at = skip(text, SPACE, valueEnd);
    if (text[at] === '}') return at + 1;
    at = skip(text, SPACE, expect(text, ',', at));
  }
}

function scanArray(text: string, start: number, depth: number): number {
  let at = skip(text, SPACE, start + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    at = skip(text, SPACE, scanValue(text, at, depth + 1));
    if (text[at] === ']') return at + 1;
    at = skip(text, SPACE, expect(text, ',', at));
  }
}

function expect(text: string, sign: string, at: number): number {
  if (text[at] !== sign) throw new JsonSyntaxError(`expected ${sign}`, at);
  return at + 1;
}

/** Puts a member in, or replaces its value, in the indentation that the object has. */
export function setMember(object: JsonObjectText, key: string, value: unknown): string {
  const { text, members, bodyStart, bodyEnd } = object;
  const separator = text.slice(bodyStart, members[0]?.keyStart ?? bodyStart);
  const lineBreak = /\r?\n/.exec(separator)?.[0] ?? (members.length === 0 ? '\n' : '');
  const indent = /[^\n]*$/.exec(separator)?.[0] || '  ';
  const format = (): string =>
    lineBreak === ''
      ? JSON.stringify(value)
      : JSON.stringify(value, null, indent).replaceAll('\n', `${lineBreak}${indent}`);
  const old = members.find((member) => member.key === key);
  if (old !== undefined) return text.slice(0, old.valueStart) + format() + text.slice(old.valueEnd);
  const last = members.at(-1);
  const added = `${JSON.stringify(key)}: ${format()}`;
  if (last === undefined) {
    return `${text.slice(0, bodyStart)}${lineBreak}${indent}${added}${lineBreak}${text.slice(bodyEnd)}`;
  }
  const gap = lineBreak === '' ? ' ' : separator.slice(separator.lastIndexOf(lineBreak));
  return `${text.slice(0, last.valueEnd)},${gap}${added}${text.slice(last.valueEnd)}`;
}

/** Takes a member out with the comma that goes with it. */
export function removeMember(object: JsonObjectText, key: string): string {
  const { text, members } = object;
  const index = members.findIndex((member) => member.key === key);
  const member = members[index];
  if (member === undefined) return text;
  const previous = members[index - 1];
  const next = members[index + 1];
  if (previous !== undefined) return text.slice(0, previous.valueEnd) + text.slice(member.valueEnd);
  if (next !== undefined) return text.slice(0, member.keyStart) + text.slice(next.keyStart);
  return `${text.slice(0, object.bodyStart)}${text.slice(object.bodyEnd)}`;
}
