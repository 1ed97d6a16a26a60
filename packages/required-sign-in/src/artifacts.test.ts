import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ARTIFACT_FORMATS, ARTIFACT_PLACES, type ArtifactFormat, formatArtifact } from './artifacts.ts';
import { parseDesktopPlist, parseMobileconfig } from './property-list.ts';
import { parseRegistryJson } from './registry-json.ts';
import { parseRegistryQuery } from './windows-registry.ts';

/** What `reg import` stores and `reg query` then prints. */
function parseRegFile(bytes: Uint8Array): readonly string[] | undefined {
  const text = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes);
  const [, hex = ''] = /"allowedOrgs"=hex\(7\):([0-9a-f,\\\s]+)/.exec(text) ?? [];
  const data = Buffer.from(hex.replace(/[^0-9a-f]/g, ''), 'hex').toString('utf16le');
  const lines = data.slice(0, -2).split('\0').join('\\0');
  return parseRegistryQuery(
    new TextEncoder().encode(`\r\nHKEY_LOCAL_MACHINE\\K\r\n    allowedOrgs    REG_MULTI_SZ    ${lines}\r\n`),
    'f',
  );
}

const PARSERS: Readonly<Record<ArtifactFormat, (bytes: Uint8Array) => readonly string[] | undefined>> = {
  'registry.json': (bytes) => parseRegistryJson(bytes, 'f'),
  plist: (bytes) => parseDesktopPlist(bytes, 'f'),
  mobileconfig: (bytes) => parseMobileconfig(bytes, 'f'),
  reg: parseRegFile,
};

const CASES = ARTIFACT_FORMATS.flatMap((format) =>
  [['acme'], ['acme', 'beta-2'], Array.from({ length: 100 }, (_, index) => `org-${index}`)].map(
    (organizations) => [format, organizations.length, organizations] as const,
  ),
);

describe('artifacts', () => {
  it.each(CASES)('%s with %i is read back', (format, _count, organizations) => {
    expect(PARSERS[format](formatArtifact(format, organizations))).toEqual(organizations);
  });

  it.each(ARTIFACT_FORMATS)('%s is the golden one, byte for byte', (format) => {
    const path = new URL(`./golden/${ARTIFACT_PLACES[format].fileName}`, import.meta.url);
    const bytes = formatArtifact(format, ['acme', 'beta']);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, bytes);
    expect(Buffer.from(bytes)).toEqual(readFileSync(path));
  });

  it.each(ARTIFACT_FORMATS)('%s refuses what no machine would take', (format) => {
    for (const bad of [[], ['Acme'], ['acme;beta'], ['acme', 'acme'], ['<x>']])
      expect(() => formatArtifact(format, bad)).toThrow(expect.objectContaining({ name: 'SignInFileError' }));
  });

  it('writes registry.json without, and .reg with, its byte order mark; .reg with its ends of lines', () => {
    expect([...formatArtifact('registry.json', ['acme']).slice(0, 2)]).toEqual([0x7b, 0x22]);
    const reg = formatArtifact('reg', ['acme', 'beta']);
    expect([...reg.slice(0, 2)]).toEqual([0xff, 0xfe]);
    const text = Buffer.from(reg).toString('utf16le');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('gives one profile to the same organizations, another one to others', () => {
    const uuids = (...organizations: string[]): string[] =>
      Buffer.from(formatArtifact('mobileconfig', organizations))
        .toString('utf8')
        .match(/[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}/g) ?? [];
    expect(uuids('acme')).toEqual(uuids('acme'));
    expect(new Set([...uuids('acme'), ...uuids('beta')]).size).toBe(4);
  });
});
