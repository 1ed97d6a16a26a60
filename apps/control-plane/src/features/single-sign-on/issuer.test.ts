import { expect, test } from 'vitest';
import { parseIssuer, refuseAddresses } from './issuer.ts';

test.each([
  ['https://login.acme.example/tenant/v2.0', 'https://login.acme.example/tenant/v2.0'],
  ['https://login.acme.example/', 'https://login.acme.example'],
  ['https://10.1.2.3:8443', 'https://10.1.2.3:8443'],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
  ['http://localhost:9000', 'http://localhost:9000'],
])('%s is an issuer', (text, issuer) => {
  expect(parseIssuer(text)).toBe(issuer);
});

test.each([
  'login.acme.example',
  'http://login.acme.example',
  'http://10.1.2.3',
  'https://169.254.169.254',
  'https://[fe80::1]',
  'https://[::ffff:169.254.169.254]',
  'https://[fd00:ec2::254]',
  'https://100.100.100.200',
  'https://metadata.google.internal',
  'https://0.0.0.0',
  'https://2852039166',
  'ftp://login.acme.example',
  'file:///etc/passwd',
  'https://user@login.acme.example',
  'https://login.acme.example/?a=b',
])('%s is refused', (text) => {
  expect(() => parseIssuer(text)).toThrow(expect.objectContaining({ code: 'SSO_CONNECTION_INVALID' }));
});

test('endpoints are judged like the issuer', async () => {
  await expect(refuseAddresses(['http://127.0.0.1:1', 'http://169.254.169.254/token'])).rejects.toMatchObject(
    {
      code: 'SSO_CONNECTION_INVALID',
    },
  );
  await expect(refuseAddresses(['http://127.0.0.1:1', 'http://localhost/x'])).resolves.toBeUndefined();
});
