import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

describe('html', () => {
  it('escapes what is put in, in text and in attributes', () => {
    const evil = `"><script>alert('1')</script>&`;
    expect(html`<p title="${evil}">${evil}</p>`.text).not.toMatch(/<script|"">|'1'/);
  });

  it('keeps its own pieces, alone and in lists', () => {
    const rows = ['a<', 'b'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${rows}${undefined}</ul>`.text).toBe('<ul><li>a&lt;</li><li>b</li></ul>');
  });

  it('takes nothing for HTML that only looks like a piece of its own', () => {
    expect(html`<p>${{ text: '<script>' }}</p>`.text).toBe('<p></p>');
  });
});
