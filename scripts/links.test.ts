import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGES = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...globSync('docs/**/*.md'),
  ...globSync('{apps,packages,e2e,bench}/**/*.md', { exclude: (path) => path.includes('node_modules') }),
];

/** Code is no link, whatever stands in it. */
function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Inline links, images, reference definitions and HTML attributes that point into the repository. */
function relativeTargets(text: string): string[] {
  const patterns = [/\]\(<?([^)\s>]+)>?[^)]*\)/g, /^\[[^\]]+\]:\s+(\S+)/gm, /(?:src|href)="([^"]+)"/g];
  return patterns
    .flatMap((pattern) => [...withoutCode(text).matchAll(pattern)].map((match) => match[1] ?? ''))
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** Anchors as code hosts make them: lower case, punctuation dropped, spaces to hyphens, repeated ones numbered. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const headings = text.replace(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm);
  return [...headings].map((match) => {
    const slug = (match[1] ?? '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

interface Files {
  readonly exists: (path: string) => boolean;
  /** Undefined for what has no headings. */
  readonly load: (path: string) => string | undefined;
}

const DISK: Files = {
  exists: existsSync,
  load: (path) => (statSync(path).isFile() && path.endsWith('.md') ? readFileSync(path, 'utf8') : undefined),
};

function brokenLinks(page: string, text: string, files: Files): string[] {
  return relativeTargets(text)
    .filter((target) => !isSound(page, text, target, files))
    .map((target) => `${page}: ${target}`);
}

function isSound(page: string, text: string, target: string, files: Files): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (path !== '' && (path.startsWith('/') || !files.exists(file))) return false;
  if (anchor === undefined) return true;
  const linked = path === '' ? text : files.load(file);
  return linked !== undefined && anchorsOf(linked).includes(anchor);
}

describe('links of the documentation', () => {
  it.each(PAGES)('%s points at files and headings that exist', (page) => {
    expect(brokenLinks(page, readFileSync(page, 'utf8'), DISK)).toEqual([]);
  });
});

describe('the check of links', () => {
  const files: Files = {
    exists: (path) => ['docs/a.md', 'docs/b.svg'].includes(path),
    load: (path) => (path === 'docs/a.md' ? '# One\n\n## Two, three\n\n## One\n' : undefined),
  };

  it('finds links to what is missing', () => {
    const text = [
      '[a](gone.md) [b](a.md#four) ![c](gone.svg) [d](#nowhere) <img src="gone.png">',
      '[e](/docs/a.md) [f](b.svg#x)',
      '[g]: gone-too.md',
    ].join('\n');
    expect(brokenLinks('docs/x.md', text, files)).toEqual([
      'docs/x.md: gone.md',
      'docs/x.md: a.md#four',
      'docs/x.md: gone.svg',
      'docs/x.md: #nowhere',
      'docs/x.md: /docs/a.md',
      'docs/x.md: b.svg#x',
      'docs/x.md: gone-too.md',
      'docs/x.md: gone.png',
    ]);
  });

  it('accepts what exists, other sites, and code', () => {
    const text =
      '# Here\n[a](a.md#two-three) [b](a.md#one-1) ![c](b.svg "title") [d](#here) [e](https://x.example) `[f](gone.md)`\n```\n[g](gone.md)\n```\n';
    expect(brokenLinks('docs/x.md', text, files)).toEqual([]);
  });
});
