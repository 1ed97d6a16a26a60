/** A plan: what will be changed, run and said, as a value. Leaves doing it to `execute-plan.ts`. */

import type { FileEdit } from './file-edit.ts';
import { type Placement, type RecordedFile, toHash } from './install-record.ts';
import type { UpstreamSuggestion } from './proxy-settings.ts';

export type Step =
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly why: string;
      /** Absent: there is no file yet. One character per byte. */
      readonly before?: string;
      readonly after: string;
      /** What is remembered; absent when the file is only put back. */
      readonly recorded?: RecordedFile;
      readonly original?: string;
    }
  | { readonly kind: 'remove'; readonly path: string; readonly why: string; readonly before: string }
  | { readonly kind: 'forget'; readonly path: string; readonly why: string }
  /** A file of ours alone. It is named, never shown or saved: keys are among them. */
  | {
      readonly kind: 'place';
      readonly path: string;
      readonly why: string;
      readonly text: string;
      readonly recorded: RecordedFile;
    }
  | {
      readonly kind: 'take';
      readonly path: string;
      readonly why: string;
      readonly placed: Placement;
    }
  | { readonly kind: 'run'; readonly command: readonly string[]; readonly why: string };

export interface Plan {
  readonly steps: readonly Step[];
  /** Engines that restart, and what that stops. */
  readonly restarts: readonly {
    readonly engine: string;
    readonly stops: readonly string[];
    readonly text: string;
  }[];
  /** What the person should know or do by hand. */
  readonly notes: readonly string[];
  readonly upstream?: UpstreamSuggestion;
}

/** The step that places a file of ours alone; none when it is there already. */
export function planPlacement(
  file: { readonly path: string; readonly why: string; readonly text: string },
  placed: Placement,
  state: FileState,
): readonly Step[] {
  const afterHash = toHash(file.text);
  if (state.recorded?.afterHash === afterHash && state.current === file.text) return [];
  return [{ kind: 'place', ...file, recorded: { path: file.path, afterHash, ours: '', placed } }];
}

/** The steps that take a placed file away again, whatever became of it. */
export function planTaking({ path, placed = {} }: RecordedFile): readonly Step[] {
  const why = 'nothing of ours is left in its place';
  return [
    { kind: 'take', path, why, placed },
    { kind: 'forget', path, why },
  ];
}

/** What is known of one file: its text now, what was recorded of it, and its text before that. */
export interface FileState {
  readonly current?: string;
  readonly recorded?: RecordedFile;
  readonly original?: string;
}

/** The step that brings ours into a file; none when it is there already. */
export function planEdit(edit: FileEdit, state: FileState): readonly Step[] {
  const { current } = state;
  const original = toOriginal(edit, state);
  const after = edit.apply(original);
  const recorded: RecordedFile = {
    path: edit.path,
    ...(original === undefined ? {} : { beforeHash: toHash(original) }),
    afterHash: toHash(after),
    ours: edit.ours,
  };
  const isDone = current === after && state.recorded?.afterHash === recorded.afterHash;
  if (isDone && state.recorded?.beforeHash === recorded.beforeHash) return [];
  return [
    {
      kind: 'write',
      path: edit.path,
      why: edit.why,
      ...(current === undefined ? {} : { before: current }),
      after,
      recorded,
      ...(original === undefined ? {} : { original }),
    },
  ];
}

/** The file as it would be without us: as saved when nobody else touched it since, else what is there minus ours. */
function toOriginal(edit: FileEdit, { current, recorded, original }: FileState): string | undefined {
  if (current === undefined) return undefined;
  if (recorded === undefined) return current;
  if (toHash(current) === recorded.afterHash) return original;
  return edit.holds(current, recorded.ours) ? edit.remove(current, recorded.ours, original) : current;
}

/** The steps that take ours out of a file again. */
export function planUndo(
  edit: FileEdit,
  state: FileState,
): { readonly steps: readonly Step[]; readonly notes: readonly string[] } {
  const { current, recorded, original } = state;
  if (recorded === undefined) return { steps: [], notes: [] };
  const forget: Step = { kind: 'forget', path: edit.path, why: 'nothing of ours is left in it' };
  if (current === undefined) return { steps: [forget], notes: [] };
  if (toHash(current) === recorded.afterHash) {
    return {
      steps: [...putBack(edit.path, current, original, 'as it was, byte for byte'), forget],
      notes: [],
    };
  }
  if (toHash(current) === recorded.beforeHash || !edit.holds(current, recorded.ours)) {
    return { steps: [forget], notes: [] };
  }
  const left = edit.remove(current, recorded.ours, original);
  return {
    steps: [...putBack(edit.path, current, left, 'only what Pullgate wrote is taken out'), forget],
    notes: [`${edit.path} was changed by somebody else since; their changes stay`],
  };
}

function putBack(path: string, before: string, after: string | undefined, why: string): readonly Step[] {
  if (after === before) return [];
  return [
    after === undefined ? { kind: 'remove', path, why, before } : { kind: 'write', path, why, before, after },
  ];
}
