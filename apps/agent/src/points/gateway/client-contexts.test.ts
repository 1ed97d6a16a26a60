import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createClientContexts } from './client-contexts.ts';

describe('createClientContexts', () => {
  it('reads the authorities once, anew when they changed, and apart for each registry of its own', () => {
    let roots = rootCertificates.slice(0, 2);
    const contexts = createClientContexts(() => roots);
    const first = contexts({});
    expect(contexts({})).toBe(first);
    const own = contexts({ ca: rootCertificates[3] ?? '' });
    expect(own).not.toBe(first);
    expect(contexts({ ca: rootCertificates[3] ?? '' })).toBe(own);
    roots = rootCertificates.slice(0, 1);
    expect(contexts({})).not.toBe(first);
  });

  it('gives what throws when it is used, each time, for what is no certificate', () => {
    const contexts = createClientContexts(() => []);
    for (let times = 0; times < 2; times += 1)
      expect(() => contexts({ cert: 'none', key: 'none' }).secure()).toThrow();
  });
});
