/**
 * The outside world of the matrix: a registry and a stand-in for Docker Hub, both with token authentication and with blobs that
 * come from other hosts by signed addresses, and a registry that no policy lists.
 */

import { join } from 'node:path';
import { type Authority, type Certificate, createAuthority, issueCertificate } from '../lab/certificates.ts';
import { buildImage, type Image, pushImage } from '../lab/image.ts';
import { createLab, type Lab, trustCertificate } from '../lab/lab.ts';
import { ACCOUNT, ALLOWED, AUTH, DENIED } from '../lab/names.ts';
import type { LabProcess } from '../lab/process.ts';
import { startRegistry, toDataDir } from '../lab/registry.ts';
import { BLOBS, HUB_AUTH, HUB_BLOBS, HUB_HOSTS, HUB_STORE, MATRIX_ADDRESSES, STORE } from './names.ts';

export interface MatrixTown {
  readonly lab: Lab;
  readonly authority: Authority;
  readonly registry: LabProcess;
  readonly hub: LabProcess;
  /** What the registries hold where nothing may be pulled, so that no engine ever has it. */
  readonly closed: Image;
  /** What mounts begin with, and what is deleted. */
  readonly other: Image;
  /** What no registry holds. */
  readonly fresh: Image;
}

/** Builds the laboratory of the matrix, without engines and without Pullgate. */
export async function createMatrixTown(): Promise<MatrixTown> {
  const lab = await createLab(MATRIX_ADDRESSES);
  try {
    return await populate(lab);
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function populate(lab: Lab): Promise<MatrixTown> {
  const authority = createAuthority(join(lab.dir, 'certificates'));
  const [first, ...others] = Object.keys(MATRIX_ADDRESSES);
  const certificate = issueCertificate(authority, [first ?? ALLOWED, ...others]);
  trustCertificate(lab, authority.pem);
  const servers = new Servers(lab, authority, certificate);
  const [registry, hub] = await Promise.all([
    servers.startRegistry(ALLOWED, AUTH, BLOBS),
    servers.startRegistry(HUB_HOSTS[0], HUB_AUTH, HUB_BLOBS),
    startRegistry(lab, { name: DENIED, address: toAddress(DENIED), certificate }),
    servers.startBlobs(BLOBS, ALLOWED, STORE),
    servers.startBlobs(STORE, ALLOWED),
    servers.startBlobs(HUB_BLOBS, HUB_HOSTS[0], HUB_STORE),
    servers.startBlobs(HUB_STORE, HUB_HOSTS[0]),
  ]);
  const images = {
    closed: buildSmall(lab, 'closed'),
    other: buildSmall(lab, 'other'),
    fresh: buildSmall(lab, 'fresh'),
  };
  return { lab, authority, registry, hub, ...images };
}

/** No two share a layer: what an engine has of one is nothing of another. */
export function buildSmall(lab: Lab, name: string): Image {
  const files = { name: Buffer.from(name) };
  return buildImage(lab, name, { files, labels: { purpose: name }, isBare: true, isCompressed: true });
}

/** Copies an image to several references, all at once. */
export async function pushImages(lab: Lab, image: Image, references: readonly string[]): Promise<void> {
  await Promise.all(references.map((reference) => pushImage(lab, image, reference)));
}

class Servers {
  readonly #lab: Lab;
  readonly #authority: Authority;
  readonly #certificate: Certificate;

  constructor(lab: Lab, authority: Authority, certificate: Certificate) {
    this.#lab = lab;
    this.#authority = authority;
    this.#certificate = certificate;
  }

  /** A registry with a token server of its own. */
  async startRegistry(name: string, auth: string, blobHost: string): Promise<LabProcess> {
    const service = `service of ${name}`;
    const issuer = `issuer of ${name}`;
    const account = `${ACCOUNT.name}:${ACCOUNT.password}`;
    await this.#start('token-server', auth, [toAddress(auth), ...this.#tls, issuer, service, account]);
    return startRegistry(this.#lab, {
      name,
      address: toAddress(name),
      certificate: this.#certificate,
      blobHost,
      token: { realm: `https://${auth}/token`, service, issuer, trusted: this.#authority },
    });
  }

  startBlobs(name: string, registry: string, ...next: readonly string[]): Promise<LabProcess> {
    const root = toDataDir(this.#lab, registry);
    return this.#start('blob-server', name, [toAddress(name), ...this.#tls, root, ...next]);
  }

  get #tls(): readonly string[] {
    return [this.#certificate.certificatePath, this.#certificate.keyPath];
  }

  #start(program: string, name: string, args: readonly string[]): Promise<LabProcess> {
    const source = join(import.meta.dirname, `../lab/${program}.ts`);
    return this.#lab.start(name, [process.execPath, source, ...args], /listening/);
  }
}

function toAddress(name: string): string {
  const address = MATRIX_ADDRESSES[name];
  if (address === undefined) throw new Error(`expected a name of the matrix, got ${name}`);
  return address;
}
