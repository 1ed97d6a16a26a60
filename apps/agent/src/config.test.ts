import { generateKeyPair, keyFingerprint } from '@pullgate/bundle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from './agent-error.ts';
import { type AgentConfigFile, parseAgentConfig, toAgentPaths } from './config.ts';

const paths = toAgentPaths('/data');
const { publicKey } = generateKeyPair();
const file: AgentConfigFile = {
  version: 1,
  server: 'https://pullgate.acme.example/',
  organization: { id: 'org1', slug: 'acme', name: 'Acme' },
  machine: { id: 'm1', name: 'laptop-7' },
  recoveryKey: publicKey,
  fingerprint: await keyFingerprint(publicKey),
};
const parse = (changes: object) => parseAgentConfig(JSON.stringify({ ...file, ...changes }), paths);
const pathsOf = async (changes: object) =>
  parse(changes).then(
    () => [],
    (error: unknown) => (error instanceof AgentError ? error.problems.map(({ path }) => path) : ['uncoded']),
  );

describe('parseAgentConfig', () => {
  it('fills in what is left out', async () => {
    expect(await parse({})).toMatchObject({
      server: 'https://pullgate.acme.example',
      proxyListen: '127.0.0.1:7081',
      spoolMaxBytes: 64 * 1024 * 1024,
      signInRoot: '/',
      localPageListen: '127.0.0.1:7082',
    });
  });

  it('lets the command line win over the file', async () => {
    const text = JSON.stringify({ ...file, proxy: { listen: '127.0.0.1:1' } });
    expect((await parseAgentConfig(text, paths, { proxyListen: '[::1]:2' })).proxyListen).toBe('[::1]:2');
  });

  it.each<[object, string[]]>([
    [{ server: 'http://192.0.2.1' }, ['/server']],
    [{ server: 'https://u:p@pullgate.example' }, ['/server']],
    [{ server: 'https://pullgate.example/below' }, ['/server']],
    [{ fingerprint: 'other' }, ['/fingerprint']],
    [{ recoveryKey: { ...publicKey, x: 'AA' } }, ['/recoveryKey']],
    [{ proxy: { listen: 'localhost' } }, ['/proxy/listen']],
    [{ proxy: { listen: '127.0.0.1:65536' } }, ['/proxy/listen']],
    [{ upstreamProxy: { url: 'socks5://x:1' } }, ['/upstreamProxy/url']],
    [{ signInRoot: 'below/here' }, ['/signInRoot']],
    [{ localPage: { listen: '0.0.0.0:7082' } }, ['/localPage/listen']],
    [{ localPage: { listen: 'localhost' } }, ['/localPage/listen']],
    [
      { server: 'ftp://x', fingerprint: 'other', proxy: { listen: 'x' } },
      ['/server', '/proxy/listen', '/fingerprint'],
    ],
  ])('refuses %j', async (changes, expected) => {
    expect(await pathsOf(changes)).toEqual(expected);
  });

  it('accepts plain HTTP to loopback, and elsewhere when told to', async () => {
    for (const server of ['http://127.0.0.1:7080', 'http://localhost:7080', 'http://[::1]:7080'])
      expect(await pathsOf({ server })).toEqual([]);
    expect(await pathsOf({ server: 'http://192.0.2.1', allowHttp: true })).toEqual([]);
    expect(await pathsOf({ server: 'http://127.0.0.1.evil.example' })).toEqual(['/server']);
  });

  it('names unknown keys, and all problems at once', async () => {
    const error = await parse({ servr: 'x', machine: { id: 'm1' }, version: 2 }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(error)).toContain('servr');
    expect((error as AgentError).problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/version', '/machine']),
    );
  });

  it('never repeats the password of a proxy', async () => {
    const error = await parse({ upstreamProxy: { url: 'socks://u:hunter2@x' } }).catch((e: unknown) => e);
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('throws nothing but coded errors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        await expect(parseAgentConfig(text, paths)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      }),
    );
  });
});
