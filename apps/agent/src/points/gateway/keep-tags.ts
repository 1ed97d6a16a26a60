/** Keeps what tags led to over a restart, in one small file: written now and then, never for a single request. Leaves what counts to tag-memory.ts. */

import { readFile } from 'node:fs/promises';
import { parseDigest, parseTag } from '@pullgate/reference';
import type { Logger } from 'pino';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { writeDurably } from '../../data-dir/write-durably.ts';
import { type KnownManifest, MAX_TAGS, type TagMemory } from './tag-memory.ts';

/** A crash loses at most so much, and whoever needs it asks for its tag again. */
const STORE_DELAY_MS = 5_000;

/** Some 2 MB, written in a few milliseconds: a day of a busy builder. */
const MAX_KEPT = 10_000;

export interface TagKeeper {
  /** Gives the memory what an earlier run knew. Never throws: what cannot be read is logged, and forgotten. */
  load(): Promise<void>;
  /** There is something new to keep. */
  wake(): void;
  /** Puts what is in memory on disk. Never throws. */
  stop(): Promise<void>;
}

/** @param path without it nothing is kept */
export function createTagKeeper(
  path: string | undefined,
  memory: Pick<TagMemory, 'state' | 'restore'>,
  log: Logger,
  storeDelayMs = STORE_DELAY_MS,
): TagKeeper {
  if (path === undefined) return { load: nothing, wake: () => undefined, stop: nothing };
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();

  const store = (): void => {
    timer = undefined;
    storing = storing
      .then(() => writeDurably(path, formatTags(memory.state(MAX_KEPT))))
      .catch((err: unknown) => log.warn({ err }, 'what tags led to is not kept'));
  };
  return {
    async load() {
      try {
        memory.restore(parseTags(await readFile(path, 'utf8')));
      } catch (err) {
        if ((err as NodeJS.ErrnoException).code === 'ENOENT') return;
        log.warn({ err }, 'what tags led to cannot be read, and is forgotten');
      }
    },
    wake: () => {
      timer ??= setTimeout(store, storeDelayMs).unref();
    },
    async stop() {
      const isDue = timer !== undefined;
      clearTimeout(timer);
      if (isDue) store();
      await storing;
    },
  };
}

const nothing = async (): Promise<void> => undefined;

const StoredTags = Type.Object(
  {
    v: Type.Literal(1),
    manifests: Type.Array(
      Type.Tuple([
        // `<registry>/<repository>@<digest>`: 255 bytes each for host and repository, and a sha512.
        Type.String({ maxLength: 700 }),
        Type.Array(Type.Tuple([Type.String(), Type.Integer({ minimum: 0 })]), {
          minItems: 1,
          maxItems: MAX_TAGS,
        }),
      ]),
      { maxItems: MAX_KEPT },
    ),
  },
  { $id: 'StoredTags', additionalProperties: false },
);

export function formatTags(known: readonly KnownManifest[]): string {
  const manifests = known.map(({ key, tags }): Static<typeof StoredTags>['manifests'][number] => [
    key,
    tags.map(([tag, until]) => [tag, until]),
  ]);
  return JSON.stringify({ v: 1, manifests } satisfies Static<typeof StoredTags>);
}

/** @throws SyntaxError, TypeError, InvalidReferenceError for what this agent cannot have written */
export function parseTags(text: string): readonly KnownManifest[] {
  const value: unknown = JSON.parse(text);
  if (!Value.Check(StoredTags, value)) throw new TypeError('expected what tags led to, by a known schema');
  return value.manifests.map(([key, tags]) => {
    parseDigest(key.slice(key.lastIndexOf('@') + 1));
    return { key, tags: tags.map(([tag, until]) => [parseTag(tag), until] as const) };
  });
}
