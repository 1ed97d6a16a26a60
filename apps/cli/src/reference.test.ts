import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatReference } from './reference.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'reference', 'cli.md');

describe('the reference page of the command', () => {
  const page = formatReference();

  it('is what the help says', async () => {
    await expect(page).toMatchFileSnapshot(PAGE);
  });

  it('begins the help of every command with examples', () => {
    for (const section of page.split('\n## ').slice(1)) {
      const [name, , , first] = section.split('\n');
      expect([name, first]).toEqual([name, 'Examples:']);
    }
  });

  it('has examples that use only commands and options that exist', () => {
    const names = new Set(page.match(/^## (.+)$/gm)?.map((line) => line.slice(3)));
    const examples = page.match(/^ {2}(?:sudo (?:-E )?)?pullgate .*$/gm) ?? [];
    expect(examples.length).toBeGreaterThan(40);
    for (const line of examples) {
      const [command = ''] = line
        .trim()
        .replace(/^sudo (-E )?/, '')
        .split(/ {3}/);
      const words = command.split(' ');
      const name = [4, 3, 2]
        .map((length) => words.slice(0, length).join(' '))
        .find((part) => names.has(part));
      expect([command, name === undefined]).toEqual([command, false]);
      const section = page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
      for (const option of words.filter((word) => word.startsWith('--'))) {
        expect([command, option, section.includes(option)]).toEqual([command, option, true]);
      }
    }
  });
});
