/**
 * XML property lists → values: dictionaries, lists, strings, numbers and booleans. No entities of the document's own, no
 * external ones, nothing but what Apple's DTD lists; a key twice is an error.
 */

import { quote } from '@pullgate/errors';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { SignInFileError, type SignInFileErrorCode } from './error.ts';
import { decodeText } from './text.ts';

export type PlistValue = string | number | boolean | readonly PlistValue[] | PlistDictionary;
export interface PlistDictionary {
  readonly [key: string]: PlistValue;
}

/** A profile holds a list of payloads, each a dictionary with a list: five. The rest is somebody's attack on the stack. */
const MAX_DEPTH = 16;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreDeclaration: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
});

/** One element of `preserveOrder`: its name as the only key besides `#text` and attributes. */
type Node = Readonly<Record<string, unknown>>;

/** @throws SignInFileError */
export function parsePlist(bytes: Uint8Array, place: string): PlistDictionary {
  const text = decodeText(bytes, place);
  const fail = (message: string, code: SignInFileErrorCode = 'SIGN_IN_FILE_MALFORMED'): SignInFileError =>
    new SignInFileError(code, place, message, 'write the file anew: pullgate sign-in artifacts');
  // Entities of the document's own multiply (a billion laughs) or read other files.
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(text)) throw fail('expected no entities of its own');
  const root = parseNodes(text, fail);
  const elements = elementsOf(root, fail);
  const [plist, ...others] = elements;
  if (plist?.name !== 'plist' || others.length > 0) throw fail('expected one <plist>');
  const [content, ...further] = elementsOf(plist.children, fail);
  if (content === undefined || further.length > 0) throw fail('expected one value in <plist>');
  const value = toValue(content, fail, 0);
  if (!isDictionary(value)) throw fail('expected a <dict> in <plist>', 'SIGN_IN_FIELD_TYPE');
  return value;
}

export const isDictionary = (value: PlistValue | undefined): value is PlistDictionary =>
  typeof value === 'object' && !Array.isArray(value);

type Fail = (message: string, code?: SignInFileErrorCode) => SignInFileError;
interface Element {
  readonly name: string;
  readonly children: readonly Node[];
}

function parseNodes(text: string, fail: Fail): readonly Node[] {
  if (text.startsWith('bplist')) throw fail('expected an XML property list, got a binary one');
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw fail(`expected XML (line ${checked.err.line}: ${quote(checked.err.msg)})`);
  try {
    return parser.parse(text) as readonly Node[];
  } catch {
    throw fail('expected XML');
  }
}

/** Elements without the blanks between them; other text there belongs to no value. */
function elementsOf(nodes: readonly Node[], fail: Fail): readonly Element[] {
  return nodes.flatMap((node) => {
    if ('#text' in node) {
      if (String(node['#text']).trim() !== '')
        throw fail(`text outside of a value: ${quote(String(node['#text']).trim())}`);
      return [];
    }
    const name = Object.keys(node).find((key) => key !== ':@') ?? '';
    return [{ name, children: node[name] as readonly Node[] }];
  });
}

function textOf({ name, children }: Element, fail: Fail): string {
  if (children.some((child) => !('#text' in child))) throw fail(`expected text alone in <${name}>`);
  return children.map((child) => String(child['#text'])).join('');
}

function toValue(element: Element, fail: Fail, depth: number): PlistValue {
  if (depth > MAX_DEPTH) throw fail(`expected at most ${MAX_DEPTH} levels`);
  const { name, children } = element;
  if (name === 'string' || name === 'date' || name === 'data') return textOf(element, fail);
  if (name === 'true' || name === 'false') return name === 'true';
  if (name === 'integer' || name === 'real') return Number(textOf(element, fail));
  if (name === 'array') return elementsOf(children, fail).map((child) => toValue(child, fail, depth + 1));
  if (name === 'dict') return toDictionary(elementsOf(children, fail), fail, depth);
  throw fail(`unknown element <${name.slice(0, 40)}>`);
}

function toDictionary(elements: readonly Element[], fail: Fail, depth: number): PlistDictionary {
  const entries = new Map<string, PlistValue>();
  for (let at = 0; at < elements.length; at += 2) {
    const [key, value] = [elements[at], elements[at + 1]];
    if (key?.name !== 'key' || value === undefined || value.name === 'key')
      throw fail('expected <key> and value by turns in <dict>');
    const name = textOf(key, fail);
    if (entries.has(name)) throw fail(`${quote(name)} stands there twice`, 'SIGN_IN_FIELD_TWICE');
    entries.set(name, toValue(value, fail, depth + 1));
  }
  return Object.fromEntries(entries);
}
