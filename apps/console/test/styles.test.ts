/** The styles that are left out of the first load belong to components that nothing uses. */

import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
const STYLES = join(import.meta.dirname, '../../../node_modules/@mantine/core/styles');

it('has the styles of every component that is used', () => {
  const kept = new Set(
    [...readFileSync(join(SRC, 'theme/mantine.css'), 'utf8').matchAll(/styles\/(\w+)\.css/g)].map(
      ([, name]) => name,
    ),
  );
  const leftOut = globSync('*.css', { cwd: STYLES })
    .filter((file) => !file.includes('.layer.'))
    .map((file) => basename(file, '.css'))
    .filter((name) => !kept.has(name));
  const used = globSync('**/*.tsx', { cwd: SRC })
    .flatMap((path) => [
      ...readFileSync(join(SRC, path), 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g),
    ])
    .flatMap(([, names = '']) => names.split(',').map((name) => name.replace('type ', '').trim()));
  expect(leftOut).toContain('ColorPicker');
  expect(used).toContain('Button');
  expect(used.filter((name) => leftOut.includes(name))).toEqual([]);
});
