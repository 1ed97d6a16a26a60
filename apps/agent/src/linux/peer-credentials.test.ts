import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { readPeerUid } from './peer-credentials.ts';

describe('readPeerUid', () => {
  it.skipIf(process.platform !== 'linux')(
    'tells who connected (skipped where the platform has no SO_PEERCRED)',
    async () => {
      const path = join(await makeTemporaryDirectory(), 's');
      const server = createServer().listen(path);
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const client = connect(path);
      onTestFinished(() => void client.destroy());
      const [accepted] = (await once(server, 'connection')) as [Socket];
      expect(readPeerUid(accepted)).toBe(process.getuid?.());
      accepted.destroy();
      expect(readPeerUid(accepted)).toBeUndefined();
    },
  );
});
