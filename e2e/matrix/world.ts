/** The matrix's laboratory with everything in it: registries with stock, Pullgate with its policy, and both generations of engines. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  configureEngines,
  type DockerdPlace,
  startContainerd,
  startDockerd,
  toProxyEnv,
} from '../lab/engines.ts';
import { createGuest } from '../lab/guest.ts';
import type { Image } from '../lab/image.ts';
import { type Lab, trustCertificate } from '../lab/lab.ts';
import { ACCOUNT, ALLOWED, DENIED } from '../lab/names.ts';
import { Pullgate } from '../lab/pullgate.ts';
import { CLOSED_STOCK, MOUNT_SOURCE, toCells, toHubCells, toReference } from './cells.ts';
import { CONTAINERD_STORE_SOCKET, ENGINES, type Engine, FRESH, FRESH_LAYOUT } from './engines.ts';
import { MATRIX_ADDRESSES } from './names.ts';
import { MATRIX_POLICY } from './policy.ts';
import { buildSmall, createMatrixTown, type MatrixTown, pushImages } from './town.ts';
import { TRUST_ENV, trustGateway } from './trust.ts';

export interface MatrixWorld extends MatrixTown {
  readonly pullgate: Pullgate;
  /** The machine on which an engine runs. */
  readonly machineOf: (engine: Engine) => Lab;
  readonly close: () => Promise<void>;
}

/** @param newerRoot root file system of the newer engines; without it they are not there */
export async function createMatrixWorld(newerRoot: string | undefined): Promise<MatrixWorld> {
  const town = await createMatrixTown();
  const { lab } = town;
  try {
    const guest = newerRoot === undefined ? undefined : await createGuest(lab, newerRoot, MATRIX_ADDRESSES);
    return await furnish(town, guest);
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function furnish(town: MatrixTown, guest: Lab | undefined): Promise<MatrixWorld> {
  const { lab, authority } = town;
  const machines = guest === undefined ? [lab] : [lab, guest];
  const pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
  for (const machine of machines) {
    configureEngines(machine);
    trustCertificate(machine, authority.pem);
    signIn(machine);
    writeLayout(machine, town.fresh);
  }
  await Promise.all([stock(town), ...machines.map(writeArchive)]);
  await pullgate.up();
  await pullgate.publish(MATRIX_POLICY);
  await trustGateway(pullgate, lab, guest);
  const env = { ...toProxyEnv(pullgate.proxy), ...TRUST_ENV };
  await Promise.all([startEngines(lab, env, [undefined]), guest && startEngines(guest, env, GUEST_DOCKERDS)]);
  return {
    ...town,
    pullgate,
    machineOf: ({ machine }) => (machine === 'guest' && guest !== undefined ? guest : lab),
    close: async () => {
      await guest?.close();
      await lab.close();
    },
  };
}

async function stock({ lab, closed, other }: MatrixTown): Promise<void> {
  await pushImages(lab, closed, CLOSED_STOCK);
  const doomed = ENGINES.filter(({ verbs }) => verbs.delete !== undefined)
    .flatMap(({ id }) => toCells('delete', id))
    .filter(({ ruling }) => ruling === 'allowed');
  await pushImages(lab, other, [MOUNT_SOURCE, ...doomed.map(({ target }) => target)].map(toReference));
  for (const { id } of ENGINES) {
    const pulled = [...toCells('pull', id), ...toHubCells('pull', id)].filter(
      ({ ruling }) => ruling === 'allowed',
    );
    await Promise.all(
      pulled.map(({ target }) => {
        const reference = toReference(target);
        return pushImages(lab, buildSmall(lab, reference.replaceAll(/[/:]/g, '-')), [reference]);
      }),
    );
  }
}

/** Both image stores of Docker Engine 26.1. The network is the laboratory's, where the bridge belongs to the other machine. */
const GUEST_DOCKERDS: readonly DockerdPlace[] = [
  { name: 'dockerd', socket: '/run/docker.sock' },
  {
    name: 'dockerd-containerd-store',
    socket: CONTAINERD_STORE_SOCKET,
    daemonJson: { features: { 'containerd-snapshotter': true } },
  },
];

async function startEngines(
  machine: Lab,
  env: Readonly<Record<string, string>>,
  dockerds: readonly (DockerdPlace | undefined)[],
): Promise<void> {
  await startContainerd(machine);
  for (const place of dockerds) {
    await startDockerd(machine, env, place);
    const host = place === undefined ? {} : { env: { DOCKER_HOST: `unix://${place.socket}` } };
    await machine.must(['docker', 'load', '--input', '/root/fresh.tar'], host);
  }
  await machine.must(['podman', 'load', '--quiet', '--input', '/root/fresh.tar']);
  await machine.must(['ctr', 'images', 'import', '/root/fresh.tar']);
}

/** What all command lines but ctr read, as `docker login` writes it. */
function signIn(machine: Lab): void {
  const auth = Buffer.from(`${ACCOUNT.name}:${ACCOUNT.password}`).toString('base64');
  const auths = { [ALLOWED]: { auth }, [DENIED]: { auth }, 'https://index.docker.io/v1/': { auth } };
  mkdirSync(machine.path('/root/.docker'));
  writeFileSync(machine.path('/root/.docker/config.json'), JSON.stringify({ auths }));
}

/** The fresh image twice: as a layout, and in the form that every engine loads. */
function writeLayout(machine: Lab, { dir }: Image): void {
  const layout = machine.path(FRESH_LAYOUT);
  cpSync(dir, layout, { recursive: true });
  const index = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')) as { manifests: object[] };
  const annotations = { 'org.opencontainers.image.ref.name': '1' };
  const manifests = index.manifests.map((manifest) => ({ ...manifest, annotations }));
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ ...index, manifests }));
}

async function writeArchive(machine: Lab): Promise<void> {
  const archive = `docker-archive:/root/fresh.tar:${FRESH}`;
  await machine.must(['skopeo', 'copy', '--quiet', `oci:${FRESH_LAYOUT}`, archive]);
}
