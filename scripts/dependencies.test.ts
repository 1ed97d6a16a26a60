import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const manifests = ['package.json', ...globSync('{apps,packages}/*/package.json')].map((path) => ({
  path,
  manifest: JSON.parse(readFileSync(path, 'utf8')) as Manifest,
}));
const all = manifests.flatMap(({ manifest }) =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }),
);
const foreign = new Set(all.map(([name]) => name).filter((name) => !name.startsWith('@pullgate/')));

/** Names in the first column of every table of the page. */
const documented = new Set(
  readFileSync('docs/dependencies.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')),
);

describe('docs/dependencies.md', () => {
  it('gives a reason for every dependency, and names none that is gone', () => {
    expect([...documented].sort()).toEqual([...foreign].sort());
  });

  it('finds versions exact in every package.json', () => {
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
