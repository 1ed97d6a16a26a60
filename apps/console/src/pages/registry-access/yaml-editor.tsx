/** The editor of the policy's text, with its errors as marks and as a list. Loaded when the tab is first opened: it weighs. */

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, forceLinting, linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { List, Text } from '@mantine/core';
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { styleNonce } from '../../theme/style-nonce.ts';
import classes from './yaml-editor.module.css';
import { findProblems, type YamlProblem } from './yaml-problems.ts';

const words = registryAccessTexts.yaml;

export interface EditorHandle {
  /** As if it had been typed: it can be undone. */
  replace(text: string): void;
}

export function YamlEditor({
  text,
  isReadOnly,
  handle,
  onChange,
}: {
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly handle: Ref<EditorHandle>;
  readonly onChange: (text: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef(text);
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: extensionsOf(isReadOnly, (next) => changed.current(next)),
      }),
    });
    view.current = made;
    forceLinting(made);
    return () => made.destroy();
  }, [isReadOnly]);
  useEffect(() => replaceText(view.current, text), [text]);
  useImperativeHandle(handle, () => ({ replace: (next) => replaceText(view.current, next) }));
  const problems = useMemo(() => findProblems(text), [text]);
  return (
    <>
      <div ref={place} className={classes.editor} />
      <ProblemList problems={problems} onGo={(line) => goTo(view.current, line)} />
    </>
  );
}

function extensionsOf(isReadOnly: boolean, onChange: (text: string) => void) {
  return [
    EditorView.cspNonce.of(styleNonce()),
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    yaml(),
    EditorView.lineWrapping,
    // Tab is left to the browser: it leaves the editor, as everywhere on the page.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({ 'aria-label': words.label, spellcheck: 'false', tabindex: '0' }),
    linter((view) => toDiagnostics(view.state)),
    lintGutter(),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

function replaceText(view: EditorView | null, text: string): void {
  const before = view?.state.doc.toString();
  if (view === null || before === undefined || before === text) return;
  view.dispatch({ changes: { from: 0, to: before.length, insert: text } });
}

function goTo(view: EditorView | null, line: number): void {
  if (view === null) return;
  const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
  view.focus();
}

function toDiagnostics({ doc }: EditorState): Diagnostic[] {
  return findProblems(doc.toString()).map(({ line, column, message }) => {
    const place = doc.line(Math.min(line, doc.lines));
    const from = Math.min(place.from + column - 1, place.to);
    return { from, to: Math.max(from, place.to), severity: 'error', message };
  });
}

function ProblemList({
  problems,
  onGo,
}: {
  readonly problems: readonly YamlProblem[];
  readonly onGo: (line: number) => void;
}) {
  return (
    <div aria-live="polite">
      <Text size="sm" fw={600} c={problems.length === 0 ? 'var(--pg-allowed)' : 'var(--pg-denied)'}>
        {problems.length === 0 ? words.valid : words.problems(problems.length)}
      </Text>
      <List size="sm" listStyleType="none" withPadding={false}>
        {problems.map(({ line, column, message }) => (
          <List.Item key={`${line} ${column} ${message}`}>
            <button type="button" className={classes.problem} onClick={() => onGo(line)}>
              {words.at(line)}
            </button>{' '}
            {message}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
