/** Every English text stands in `src/texts/en`: components hold none, so that a translation misses none. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
/** Attributes that people see or hear. */
const SPOKEN = new Set([
  'label',
  'title',
  'description',
  'placeholder',
  'aria-label',
  'alt',
  'nothingFoundMessage',
]);
/** The name of the product, and examples of what machines read. */
const NO_WORDS = /^(Pullgate|[\w.:/*@-]+)$/;

function wordsIn(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const note = (words: string) => {
    if (/[a-z]{2}/i.test(words) && !NO_WORDS.test(words.trim())) found.push(words.trim());
  };
  const walk = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node.text);
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText(source))) {
      if (node.initializer !== undefined && ts.isStringLiteral(node.initializer)) note(node.initializer.text);
    }
    ts.forEachChild(node, walk);
  };
  walk(source);
  return found;
}

describe('texts', () => {
  const paths = globSync('**/*.tsx', { cwd: SRC });

  it('are not in components', () => {
    expect(paths.length).toBeGreaterThan(20);
    const found = paths.flatMap((path) =>
      wordsIn(path, readFileSync(join(SRC, path), 'utf8')).map((words) => `${path}: ${words}`),
    );
    expect(found).toEqual([]);
  });

  it('would be found there', () => {
    expect(wordsIn('x.tsx', 'const a = <p title="Two words">Some words</p>;')).toEqual([
      'Two words',
      'Some words',
    ]);
  });
});
