/** Finds a key that an object of a JSON text holds twice, which `JSON.parse` hides by taking the last one. */

/** Strings, and the characters that give structure. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** @param text valid JSON */
export function findRepeatedKey(text: string): string | undefined {
  /** Keys of the objects around; undefined for a list. */
  const around: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') around.push(new Set());
    else if (token === '[') around.push(undefined);
    else if (token === '}' || token === ']') around.pop();
    else if (token === ':') {
      const keys = around.at(-1);
      const key = JSON.parse(last) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    last = token;
  }
  return undefined;
}
