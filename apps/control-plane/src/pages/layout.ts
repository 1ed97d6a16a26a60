/** The frame of every page, and the pieces that pages are made of. */

import { type Html, html } from './html.ts';
import { STYLE_PATH } from './style.ts';

/** One form is easiest to read when it is narrow; a page of several parts is wide. */
export function layout(title: string, content: Html, width: 'narrow' | 'wide' = 'narrow'): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Pullgate</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body class="${width}">
<header><a href="/" class="brand"><span class="gate" aria-hidden="true"></span>Pullgate</a></header>
<main>${content}</main>
</body>
</html>`;
}

export interface Field {
  readonly name: string;
  /** Where several fields of a page have one name. */
  readonly id?: string;
  readonly label: string;
  readonly type: 'email' | 'password' | 'text';
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  readonly minLength?: number;
}

export function field({ name, id = name, label, type, autocomplete, value, hint, minLength }: Field): Html {
  const hintId = `${id}-hint`;
  const described = hint === undefined ? undefined : html` aria-describedby="${hintId}"`;
  const length = minLength === undefined ? undefined : html` minlength="${minLength}"`;
  const shown = hint === undefined ? undefined : html`<p class="hint" id="${hintId}">${hint}</p>`;
  return html`<div class="field"><label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value ?? ''}" required${length}${described}>${shown}</div>`;
}

/** The way on, below the fields. */
export const submit = (label: string, kind: 'main' | 'quiet' | 'danger' = 'main'): Html =>
  html`<div class="actions"><button class="${kind}" type="submit">${label}</button></div>`;

/** What went wrong, read out by screen readers as soon as it is there. */
export function alert(message: string | undefined): Html | undefined {
  return message === undefined ? undefined : html`<p class="alert" role="alert">${message}</p>`;
}
