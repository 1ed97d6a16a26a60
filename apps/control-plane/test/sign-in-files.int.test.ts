/** The files to deploy: what the server gives is what a machine reads. */

import { parseRegistryJson } from '@pullgate/required-sign-in';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

describe('sign-in files', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => await plane.close());

  it('names the organization of the address', async () => {
    const { status, headers, body } = await plane.owner.get('sign-in-files/registry.json');
    expect([status, headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="registry.json"',
    ]);
    expect(parseRegistryJson(new TextEncoder().encode(body), '/etc/pullgate/registry.json')).toEqual([
      'acme',
    ]);
  });

  it.each([
    ['plist', 'pullgate.plist', '<string>acme</string>'],
    ['mobileconfig', 'pullgate.mobileconfig', '<string>acme</string>'],
    ['reg', 'pullgate.reg', 'allowedOrgs'],
  ])('gives %s', async (format, fileName, content) => {
    const response = await fetch(`${plane.url}/api/v1/organizations/acme/sign-in-files/${format}`, {
      headers: { authorization: `Bearer ${plane.token}` },
    });
    expect(response.headers.get('content-disposition')).toContain(fileName);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString(format === 'reg' ? 'utf16le' : 'utf8')).toContain(content);
  });

  it('knows no other format', async () => {
    const { status, body } = await plane.owner.get('sign-in-files/exe');
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});
