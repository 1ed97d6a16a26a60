/**
 * Which hosts are reached without a proxy: this machine always, and those of `NO_PROXY`.
 * `list = "*" | entry *( ( "," | SP ) entry )`, `entry = name [ ":" port ] | "." name | "*." name | address [ "/" bits ]`.
 * A name stands for itself and what is below it.
 */

import { BlockList, isIP } from 'node:net';

export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d+){3}$/.test(host)
  );
}

export function isExcepted(url: URL, list: string): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(entry, host, port));
}

const bare = (hostname: string): string => hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (isIP(host) !== 0 && entry.includes('/')) return isWithin(entry, host);
  const withPort = /^(.*[^:]):(\d+)$/.exec(entry);
  if (withPort !== null && isIP(entry) === 0)
    return withPort[2] === port && matches(withPort[1] ?? '', host, port);
  const name = bare(entry.replace(/^\*?\./, ''));
  return name !== '' && (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)));
}

function isWithin(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/', 2);
  const family = isIP(network);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits) || Number(bits) > most) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}
