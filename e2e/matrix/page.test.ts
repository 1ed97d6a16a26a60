/** That the page is written whole, and read as it was written. */

import { describe, expect, it } from 'vitest';
import { readSections, writeSections } from './page.ts';

const EMPTY = '# Coverage\n\n<!-- matrix -->\n\n<!-- /matrix -->\n\nAfterwards.\n';
const SECTION =
  '#### ORAS 1.2\n\n| verb |\n|---|\n| pull | a | | | |\n| pull | b | | | |\n| mount | | not offered by the engine | | |';

describe('the page of the matrix', () => {
  it('keeps sections, and sums them up', () => {
    const page = writeSections(EMPTY, new Map([['oras-1.2', SECTION]]));
    expect(readSections(page)).toEqual(new Map([['oras-1.2', SECTION]]));
    expect(page).toContain(
      '| ORAS 1.2 | 2 cells | 0 cells | not offered by the engine | 0 cells | 0 cells |',
    );
    expect(page).toMatch(/^# Coverage\n/);
    expect(page).toMatch(/\nAfterwards\.\n$/);
    expect(writeSections(page, readSections(page))).toBe(page);
  });

  it('puts engines in one order, and leaves out those that there are no more', () => {
    const sections = new Map(['ctr-1.7', 'nothing', 'docker-20.10'].map((id) => [id, id]));
    const page = writeSections(EMPTY, sections);
    expect([...readSections(page).keys()]).toEqual(['docker-20.10', 'ctr-1.7']);
  });

  it('is refused without its markers', () => {
    expect(() => readSections('# Coverage\n')).toThrow('markers');
  });
});
