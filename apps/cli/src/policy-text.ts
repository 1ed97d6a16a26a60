/** Words for drafts and their problems, shared by the policy commands. */

import type { AddRegistry, Change, PolicyDraft, TestResult } from '@pullgate/protocol';
import type { ApiError } from './api-error.ts';
import type { Terminal } from './terminal.ts';
import { toPrintable } from './wording.ts';

const SIGNS = { add: ['+', 'green'], remove: ['-', 'red'], edit: ['~', 'yellow'] } as const;

export function formatChanges(terminal: Terminal, changes: readonly Change[]): readonly string[] {
  return changes.map(({ op, text }) => {
    const [sign, style] = SIGNS[op];
    const words = toPrintable(text);
    return terminal.paint(style, words.startsWith(`${sign} `) ? words : `${sign} ${words}`);
  });
}

type Warning = PolicyDraft['warnings'][number];

export function formatWarnings(terminal: Terminal, warnings: readonly Warning[]): readonly string[] {
  return warnings.flatMap((warning) => {
    const { code, message, path } = warning;
    const { id } = parsePlace(path);
    const name = id === undefined ? '' : `${toPrintable(id)}: `;
    const note = `${terminal.paint('yellow', 'note:')} ${name}${toPrintable(message)} [${toPrintable(code)}]`;
    const advice = adviceOn(warning);
    return advice === undefined ? [note] : [note, `  ${toPrintable(advice)}`];
  });
}

/** The command that mends it, where one does. */
function adviceOn({ code, path, remedy }: Warning): string | undefined {
  const { list, id } = parsePlace(path);
  if (remedy?.kind === 'edit')
    return `to keep it: pullgate registry edit ${remedy.id} ${formatFields(remedy.fields)}`;
  if (remedy?.kind === 'add') {
    const { id: newId, registry, teams, ...fields } = remedy.entry;
    const forTeams = teams === undefined ? '' : ` --teams ${teams.join(',')}`;
    return `to keep it: pullgate registry add ${registry} --id ${newId} ${formatFields(fields)}${forTeams}`;
  }
  if (code === 'DEEP_RULE' && list === 'registries' && id !== undefined)
    return `to allow it whole there: pullgate registry edit ${id} --when-host-only allow`;
  return undefined;
}

function formatFields({ allow, repositories }: Pick<AddRegistry, 'allow' | 'repositories'>): string {
  return `--access ${(allow ?? []).join(',')} --repositories ${(repositories ?? []).join(',')}`;
}

/** `/registries/quay-io` → list `registries`, id `quay-io`; the document as a whole has no id. */
function parsePlace(path: string): { readonly list: string; readonly id?: string } {
  const [, list = '', id] = path.split('/');
  return { list, ...(id === undefined ? {} : { id }) };
}

/** `tests 2 of 2 pass` */
export function formatTestCount(tests: readonly TestResult[]): string {
  if (tests.length === 0) return 'no tests in the policy';
  return `tests ${tests.filter(({ pass }) => pass).length} of ${tests.length} pass`;
}

export function formatTest(terminal: Terminal, test: TestResult): string {
  const mark = test.pass ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
  const outcome = test.pass ? test.got : `${test.got}, expected ${test.expect}`;
  const why = test.pass || test.message === '' ? '' : `   ${toPrintable(test.message)}`;
  return `${mark} ${test.action} ${toPrintable(test.reference)}   ${outcome}${why}`;
}

/** Problems of a document, each with its line. */
export function formatProblems(error: ApiError): readonly string[] {
  return error.problems.map(({ line, column, path, message, code }) => {
    const place = line === undefined ? path : `line ${line}${column === undefined ? '' : `:${column}`}`;
    return `${toPrintable(place)}: ${toPrintable(message)} [${toPrintable(code)}]`;
  });
}
