/** The other ways to match ten thousand patterns, each as its users would write it. Leaves measuring to `measure.ts`. */

import picomatch from 'picomatch';
import { addRoute, createRouter, findRoute } from 'rou3';

/** Answers whether `host/repository` is allowed. */
export type Matcher = (host: string, repository: string) => boolean;

export interface PeerInput {
  /** Globs over `host/repository`: `*` is one label or segment, `**` several. */
  readonly globs: readonly string[];
}

/** The usual first version: every rule a regular expression, tried one after the other. */
export function createRegExpScan({ globs }: PeerInput): Matcher {
  const patterns = globs.map(toRegExp);
  return (host, repository) => {
    const text = `${host}/${repository}`;
    return patterns.some((pattern) => pattern.test(text));
  };
}

function toRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.+' : '[^./]+'));
  return new RegExp(`^${source}$`);
}

/** A glob library, which compiles all globs to one matcher. */
export function createPicomatch({ globs }: PeerInput): Matcher {
  const isMatch = picomatch([...globs]);
  return (host, repository) => isMatch(`${host}/${repository}`);
}

/** A router of HTTP paths: a radix tree. It knows literals and segments, so it takes part where hosts are exact. */
export function createRadixRouter({ globs }: PeerInput): Matcher {
  const router = createRouter<true>();
  for (const glob of globs) addRoute(router, 'GET', `/${glob.replace(/\/\*\*$/, '/**')}`, true);
  return (host, repository) =>
    findRoute(router, 'GET', `/${host}/${repository}`, { params: false }) !== undefined;
}
