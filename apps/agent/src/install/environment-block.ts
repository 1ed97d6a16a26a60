/**
 * Reads proxy variables from environment files and unit files, and keeps a block of our own in an environment file.
 * Environment file: lines `[export] NAME=VALUE`; unit file: lines `Environment="NAME=VALUE" …`; `#` begins a comment.
 */

import type { FileEdit } from './file-edit.ts';
import type { ProxySettings } from './proxy-settings.ts';

const BEGIN = '# >>> pullgate: made by "pullgate agent install", taken away by "pullgate agent uninstall"';
const END = '# <<< pullgate';

/** Variables in the order in which Go looks for them: the upper-case name wins. */
const NAMES = {
  http: ['HTTP_PROXY', 'http_proxy'],
  https: ['HTTPS_PROXY', 'https_proxy'],
  no: ['NO_PROXY', 'no_proxy'],
} as const;

/** @param syntax `shell` for sysvinit, which sources the file; `systemd` knows no `export` */
export function createEnvironmentBlockEdit(
  path: string,
  values: Readonly<Record<string, string>>,
  syntax: 'shell' | 'systemd',
): FileEdit {
  const prefix = syntax === 'shell' ? 'export ' : '';
  const lines = Object.entries(values).map(([name, value]) => `${prefix}${name}="${value}"`);
  const block = `${[BEGIN, ...lines, END].join('\n')}\n`;
  return {
    path,
    why: 'dockerd takes these from its environment, the last line of a name wins',
    ours: block,
    apply: (text = '') => `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${block}`,
    holds: (text) => findBlock(text) !== undefined,
    remove: (text, _written, original) => {
      const left = withoutBlock(text);
      return left === '' && original === undefined ? undefined : left;
    },
  };
}

function findBlock(text: string): { start: number; end: number } | undefined {
  const start = text.indexOf(BEGIN);
  if (start < 0) return undefined;
  const end = text.indexOf(END, start);
  if (end < 0) return { start, end: start + BEGIN.length };
  return { start, end: text[end + END.length] === '\n' ? end + END.length + 1 : end + END.length };
}

/** Every block of ours, so that a half-edited file is cleaned as well. */
export function withoutBlock(text: string): string {
  const block = findBlock(text);
  return block === undefined ? text : withoutBlock(text.slice(0, block.start) + text.slice(block.end));
}

/** Variables of an environment file; our own block does not count. */
export function parseEnvironmentFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of withoutBlock(text).split('\n')) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) variables.set(name, unquote(value ?? ''));
  }
  return variables;
}

/** Variables of the `Environment=` lines of a unit or drop-in. */
export function parseUnitEnvironment(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const value of unitValues(text, 'Environment')) {
    for (const [word] of value.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g)) {
      const [, name, content] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word.replace(/["']/g, '')) ?? [];
      if (name !== undefined && content !== undefined) variables.set(name, content);
    }
  }
  return variables;
}

/** Values of every `key=` line, lines joined where a backslash ends them. */
export function unitValues(text: string, key: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1).trim());
}

const unquote = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text;

export function toProxySettings(variables: ReadonlyMap<string, string>): ProxySettings {
  const settings: { http?: string; https?: string; no?: string } = {};
  for (const key of ['http', 'https', 'no'] as const) {
    const found = NAMES[key]
      .map((name) => variables.get(name))
      .find((value) => value !== undefined && value !== '');
    if (found !== undefined) settings[key] = found;
  }
  return settings;
}
