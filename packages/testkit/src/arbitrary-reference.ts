/**
 * Arbitraries over the whole space of valid names: hosts, repositories, tags, digests, references. Leaves the small
 * alphabets, in which rules and queries collide, to arbitrary-policy.ts.
 */

import {
  type Digest,
  parseDigest,
  parseReference,
  parseRegistryHost,
  parseRepository,
  parseTag,
  type Reference,
  type RegistryHost,
  type Repository,
  type Tag,
} from '@pullgate/reference';
import fc from 'fast-check';

const ALNUM = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const HEX = [...'0123456789abcdef'];

function textOf(characters: readonly string[], minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
}

const label = fc
  .tuple(textOf(ALNUM, 1, 8), fc.constantFrom('', '-', '--'), textOf(ALNUM, 1, 8))
  .map(([head, dash, tail]) => head + dash + tail);

/** Ends in a letter-only label: a numeric one would make it a crooked IPv4 address. */
const hostname = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), textOf(ALNUM.slice(0, 26), 2, 6))
  .map(([labels, last]) => [...labels, last].join('.'));

const hostText = fc.oneof(
  { weight: 6, arbitrary: hostname },
  { weight: 1, arbitrary: textOf(ALNUM.slice(0, 26), 1, 8) },
  { weight: 2, arbitrary: fc.constantFrom('docker.io', 'localhost', 'ghcr.io') },
  { weight: 1, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6().map((address) => `[${address}]`) },
);

const portText = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined, freq: 1 });

/** Normalized registries: names of one and more labels, IPv4, IPv6, with and without a port. */
export function arbitraryRegistryHost(): fc.Arbitrary<RegistryHost> {
  return fc
    .tuple(hostText, portText)
    .map(([host, port]) => parseRegistryHost(port === undefined ? host : `${host}:${port}`));
}

const segment = fc
  .array(fc.tuple(textOf(ALNUM, 1, 6), fc.constantFrom('.', '_', '__', '-', '---')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((runs) => runs.map(([run, separator], i) => (i === runs.length - 1 ? run : run + separator)).join(''));

/** Repositories of one to five segments, with every kind of separator. */
export function arbitraryRepository(): fc.Arbitrary<Repository> {
  return fc
    .array(segment, { minLength: 1, maxLength: 5 })
    .map((segments) => parseRepository(segments.join('/')));
}

export function arbitraryTag(): fc.Arbitrary<Tag> {
  const first = textOf([...ALNUM, 'A', 'Z', '_'], 1, 1);
  const rest = textOf([...ALNUM, 'A', 'Z', '_', '.', '-'], 0, 127);
  return fc.tuple(first, rest).map(([head, tail]) => parseTag(head + tail));
}

export function arbitraryDigest(): fc.Arbitrary<Digest> {
  return fc
    .constantFrom(['sha256', 64] as const, ['sha384', 96] as const, ['sha512', 128] as const)
    .chain(([algorithm, length]) =>
      textOf(HEX, length, length).map((hex) => parseDigest(`${algorithm}:${hex}`)),
    );
}

/** References as {@link parseReference} returns them, by tag or by digest. */
export function arbitraryReference(): fc.Arbitrary<Reference> {
  const version = fc.oneof(
    arbitraryTag().map((tag) => `:${tag}`),
    arbitraryDigest().map((digest) => `@${digest}`),
  );
  return fc
    .tuple(arbitraryRegistryHost(), arbitraryRepository(), version)
    .map(([registry, repository, suffix]) =>
      parseReference(`${isOneLabel(registry) ? `${registry}:443` : registry}/${repository}${suffix}`),
    );
}

/** Such a registry needs its port in a reference, else it would read as a namespace of Docker Hub. */
function isOneLabel(registry: RegistryHost): boolean {
  return registry !== 'localhost' && !/[.:]/.test(registry);
}
