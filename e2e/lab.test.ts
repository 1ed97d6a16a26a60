/** The laboratory itself: that it is apart from the machine, and that nothing of it remains. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { createGuest, findNewerRoot } from './lab/guest.ts';
import { createLab } from './lab/lab.ts';
import { findLeftovers } from './lab/leftovers.ts';
import { ADDRESSES, ALLOWED } from './lab/names.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';

const obstacle = findObstacle();
const newer = obstacle === undefined ? findNewerRoot() : {};

describe.skipIf(obstacle !== undefined)(toTitle('laboratory', obstacle), () => {
  it('has names, addresses and directories of its own, and takes them along when it is closed', async () => {
    const lab = await createLab(ADDRESSES);
    expect(await lab.must(['getent', 'hosts', ALLOWED])).toContain(ADDRESSES[ALLOWED]);
    await lab.must(['sh', '-c', 'echo mine > /etc/pullgate-lab-was-here; ip link add left type bridge']);
    expect(existsSync('/etc/pullgate-lab-was-here')).toBe(false);
    expect(readFileSync(lab.path('/etc/pullgate-lab-was-here'), 'utf8')).toBe('mine\n');
    await lab.start('sleeper', ['sh', '-c', 'echo asleep; exec sleep 600'], /asleep/);
    expect(findLeftovers(lab.dir)).not.toEqual([]);
    await lab.close();
    expect(findLeftovers(lab.dir)).toEqual([]);
    expect(Object.keys(networkInterfaces())).not.toContain('lab0');
  });

  it.skipIf(newer.dir === undefined)(
    toTitle(
      'holds a guest with another root, which changes nothing but itself and ends with it',
      newer.obstacle,
    ),
    async () => {
      const lab = await createLab(ADDRESSES);
      const guest = await createGuest(lab, newer.dir ?? '', ADDRESSES);
      expect(await guest.must(['cat', '/etc/os-release'])).toContain('trixie');
      expect(await guest.must(['getent', 'hosts', ALLOWED])).toContain(ADDRESSES[ALLOWED]);
      expect(await guest.must(['pwd'])).toBe('/root');
      await guest.must(['sh', '-c', 'echo guest > /etc/pullgate-guest; echo guest > /usr/pullgate-guest']);
      expect(readFileSync(guest.path('/etc/pullgate-guest'), 'utf8')).toBe('guest\n');
      expect(existsSync(lab.path('/etc/pullgate-guest'))).toBe(false);
      expect(existsSync(join(newer.dir ?? '', 'usr/pullgate-guest'))).toBe(false);
      await guest.start('sleeper', ['sh', '-c', 'echo asleep; exec sleep 600'], /asleep/);
      await lab.close();
      expect(findLeftovers(lab.dir)).toEqual([]);
    },
  );

  it('leaves nothing when the process that built it is killed', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lab/orphan.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [dir] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(findLeftovers(dir)).not.toEqual([]);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(findLeftovers(dir)).toEqual([]), { timeout: 20_000, interval: 200 });
  });

  it('tells a program that ended early from one that is ready', async () => {
    const lab = await createLab({});
    await expect(lab.start('broken', ['sh', '-c', 'echo no; exit 3'], /yes/)).rejects.toThrow(
      'ended before it was ready',
    );
    expect(await lab.run(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toMatchObject({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    await lab.close();
  });
});
