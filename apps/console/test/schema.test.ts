/** The API's types against the OpenAPI document that they are made from. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

const DOCUMENT = join(import.meta.dirname, '../../control-plane/openapi.golden.json');
const TYPES = join(import.meta.dirname, '../src/api/schema.ts');

it('says what the OpenAPI document says', async () => {
  const nodes = await openapiTypescript(new URL(`file://${DOCUMENT}`));
  const isFresh = `${COMMENT_HEADER}${astToString(nodes)}` === readFileSync(TYPES, 'utf8');
  expect(isFresh, 'make it anew: npm run api -w apps/console').toBe(true);
});
