/** The OpenAPI document against its golden copy: whoever changes the API sees it in the diff. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

const GOLDEN = join(import.meta.dirname, '..', 'openapi.golden.json');

describe('OpenAPI', () => {
  let plane: Harness;
  let text: string;
  beforeAll(async () => {
    plane = await startHarness();
    const { body } = await plane.anonymous.get('/api/openapi.json');
    text = `${JSON.stringify(body, null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, text);
  });
  afterAll(async () => {
    await plane.close();
  });

  it('is the golden document; UPDATE_GOLDEN=1 rewrites it', () => {
    expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('refers to nothing that it does not hold', () => {
    const { openapi, components } = JSON.parse(text);
    expect(openapi).toBe('3.1.0');
    const references = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(Object.keys(components.schemas)).toContain(name);
  });

  it('names every operation once', () => {
    const names = [...text.matchAll(/"operationId": "(\w+)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
