import { describe, expect, it } from 'vitest';
import { parseGatewayConfig } from './config.ts';

describe("the gateway's configuration", () => {
  it('takes defaults for what is left out', () => {
    const config = parseGatewayConfig({ trustDir: '/trust' });
    expect(config).toMatchObject({ trustDir: '/trust', headTimeoutMs: 120_000, idleTimeoutMs: 600_000 });
    expect(config).not.toHaveProperty('tagsFile');
    expect(parseGatewayConfig({ trustDir: '/trust', tagsFile: '/tags.json' }).tagsFile).toBe('/tags.json');
  });

  it.each([
    [{}, ['trustDir']],
    [{ trustDir: '' }, ['trustDir']],
    [{ trustDir: '/trust', tagsFile: '' }, ['tagsFile']],
    [{ trustDir: '/trust', tagsFile: 1, idleTimeoutMs: 999 }, ['tagsFile', 'idleTimeoutMs']],
    [{ trustDir: '/trust', headTimeoutMs: 0.5, more: 1 }, ['headTimeoutMs', '"more": unknown key']],
  ])('reports every problem with its key: %j', (value, keys) => {
    const words = keys.map((key) => expect.stringContaining(key));
    for (const message of words)
      expect(() => parseGatewayConfig(value)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message }),
      );
  });
});
