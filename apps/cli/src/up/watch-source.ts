/** Watches the source of this installation for `up --watch`. */

import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** An editor writes a file in several steps, and a branch switch writes many. */
const SETTLE_MS = 300;

/** @returns a function that ends the watching */
export function watchSource(onChange: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers = ['apps', 'packages'].map((folder) => {
    const path = fileURLToPath(new URL(`../../../../${folder}`, import.meta.url));
    return watch(path, { recursive: true }, (_event, file) => {
      if (file === null || !/\.(ts|json)$/.test(file) || file.includes('node_modules')) return;
      clearTimeout(timer);
      timer = setTimeout(() => void onChange(), SETTLE_MS);
    });
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
