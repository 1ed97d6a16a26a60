/** The part of docs/coverage.md that the matrix writes: an overview, and a section for each engine with what people see. */

import type { DecisionItem } from '@pullgate/protocol';
import { toTranscript } from '../lab/transcript.ts';
import { type Cell, RULINGS, VERBS, type Verb } from './cells.ts';
import { ENGINES, type Engine } from './engines.ts';
import type { Judged } from './judge-cell.ts';

const BEGIN = '<!-- matrix -->';
const END = '<!-- /matrix -->';

/** Sections by engine, as the page has them. */
export function readSections(page: string): ReadonlyMap<string, string> {
  const [from, to] = findPart(page);
  const parts = page.slice(from, to).split(/^<!-- matrix (\S+) -->\n/m);
  const sections = new Map<string, string>();
  for (let at = 1; at < parts.length; at += 2) sections.set(parts[at] ?? '', (parts[at + 1] ?? '').trim());
  return sections;
}

/** The page with these sections and an overview of them. */
export function writeSections(page: string, sections: ReadonlyMap<string, string>): string {
  const [from, to] = findPart(page);
  const present = ENGINES.filter(({ id }) => sections.has(id));
  const texts = present.map(({ id }) => `<!-- matrix ${id} -->\n${sections.get(id)}\n`);
  const overview = formatOverview(present, sections);
  return `${page.slice(0, from)}\n\n${overview}\n\n${texts.join('\n')}\n${page.slice(to)}`;
}

function findPart(page: string): readonly [number, number] {
  const [from, to] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  if (to < from) throw new Error('docs/coverage.md has lost the markers of the matrix');
  return [from, to];
}

function formatOverview(engines: readonly Engine[], sections: ReadonlyMap<string, string>): string {
  const rows = engines.map(({ id, title }) => {
    const section = sections.get(id) ?? '';
    return `| ${[title, ...VERBS.map((verb) => toCount(section, verb))].join(' | ')} |`;
  });
  return [`| engine | ${VERBS.join(' | ')} |`, `|---|${VERBS.map(() => '---|').join('')}`, ...rows].join(
    '\n',
  );
}

/** Cells that ran, by the rows that they left. */
function toCount(section: string, verb: Verb): string {
  const rows = section.split('\n').filter((row) => row.startsWith(`| ${verb} |`));
  return rows.some((row) => row.includes(NOT_OFFERED)) ? NOT_OFFERED : `${rows.length} cells`;
}

const NOT_OFFERED = 'not offered by the engine';

export function formatSection({ title, verbs }: Engine, judged: readonly Judged[]): string {
  const rows = VERBS.flatMap((verb) =>
    verbs[verb] === undefined
      ? [`| ${verb} | | ${NOT_OFFERED} | | |`]
      : judged
          .filter(({ cell }) => cell.verb === verb)
          .sort(byRuling)
          .map(toRow),
  );
  return [
    `#### ${title}`,
    '',
    '| verb | ruling | command | what the person sees | record |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Allowed first, as people read; the Hub's rows after the others. */
function byRuling(one: Judged, other: Judged): number {
  const rank = ({ cell }: Judged) =>
    (cell.target.registry === 'docker.io' ? RULINGS.length : 0) +
    (cell.ruling === 'allowed' ? -1 : RULINGS.indexOf(cell.ruling));
  return rank(one) - rank(other);
}

function toRow({ cell, argv, outcome, record, isSaid }: Judged): string {
  const isHub = cell.target.registry === 'docker.io';
  const ruling = cell.ruling === 'allowed' ? toAllowed(cell) : `denied by ${cell.ruling}`;
  const [command = '', ...lines] = toTranscript(argv, outcome).split('\n').slice(0, -2);
  const shown = cell.ruling === 'allowed' ? 'goes through' : toShown(lines, isSaid);
  const where = isHub ? ', Docker Hub' : '';
  return `| ${cell.verb} | ${ruling}${where} | ${toCode(command.slice('$ '.length))} | ${shown} | ${toRecord(record)} |`;
}

const toAllowed = ({ allowedBy }: Cell): string =>
  allowedBy === undefined ? 'allowed' : `allowed by ${allowedBy}`;

/** The line with the sentence; where the engine hides it, the last one. */
function toShown(lines: readonly string[], isSaid: boolean): string {
  const line = isSaid ? lines.findLast((text) => text.includes('does not allow')) : lines.at(-1);
  return `${isSaid ? '' : 'not the sentence: '}${toCode((line ?? '').trim())}`;
}

const toRecord = (record: DecisionItem | undefined): string =>
  record === undefined ? '' : `${record.point} ${record.reason}${record.action ? `, ${record.action}` : ''}`;

const toCode = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
