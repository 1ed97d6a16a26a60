import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStatus } from '@pullgate/protocol';
import { expect, it } from 'vitest';
import { signMachineIn } from './machine-session.ts';

const SERVER = 'https://pullgate.acme.example';
const at = (socketPath: string, server?: string) => ({ socketPath, status: { server } as LocalStatus });

it('goes on without a machine that has no agent, obeys nobody or obeys another', async () => {
  expect(await signMachineIn(undefined, SERVER, 't')).toEqual({ state: 'skipped' });
  expect(await signMachineIn(at('none'), SERVER, 't')).toEqual({ state: 'skipped' });
  expect(await signMachineIn(at('none', 'https://pullgate.globex.example'), SERVER, 't')).toMatchObject({
    state: 'skipped',
    why: {
      code: 'SIGN_IN_FAILED',
      hint: expect.stringContaining('--server https://pullgate.globex.example'),
    },
  });
});

it('waits no longer than it was told for an agent that says nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pullgate-session-'));
  const socketPath = join(dir, 'agent.sock');
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(socketPath, resolve));
  const result = await signMachineIn(at(socketPath, SERVER), SERVER, 't', 50);
  expect(result).toMatchObject({ state: 'skipped', why: { code: 'AGENT_UNREACHABLE' } });
  silent.closeAllConnections();
  silent.close();
  rmSync(dir, { recursive: true });
});
