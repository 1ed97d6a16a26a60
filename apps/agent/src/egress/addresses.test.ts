import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusedAddress } from './addresses.ts';

describe('isRefusedAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.255',
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::FFFF:A9FE:A9FE',
    '::127.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001:0:1:2:3:4:80ff:fffe',
    'fe80::1%eth0',
    '127.1',
    'localhost',
    '',
  ])('refuses %s', (address) => expect(isRefusedAddress(address)).toBe(true));

  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.100.100.201',
    '128.0.0.1',
    '169.253.255.255',
    '223.255.255.255',
    '2606:4700::1',
    'fd00:1::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
  ])('lets %s through', (address) => expect(isRefusedAddress(address)).toBe(false));

  it('refuses an address in every form that carries it', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const plain = `${a}.${b}.${c}.${d}`;
        for (const form of [`::ffff:${plain}`, `64:ff9b::${plain}`, `::${plain}`]) {
          if (isRefusedAddress(plain)) expect(isRefusedAddress(form)).toBe(true);
        }
      }),
    );
  });
});
