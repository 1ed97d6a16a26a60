/** The outside world of the laboratory: three registries, a token server and a web server, each under its own name with TLS. */

import { join } from 'node:path';
import { createAuthority, issueCertificate } from './certificates.ts';
import { buildImage, type Image, pushImage } from './image.ts';
import { createLab, type Lab, trustCertificate } from './lab.ts';
import { ACCOUNT, ADDRESSES, ALLOWED, AUTH, DENIED, DENIED_FILES, FILES, REMOVED } from './names.ts';
import type { LabProcess } from './process.ts';
import { startRegistry } from './registry.ts';

export interface Town {
  readonly lab: Lab;
  /** The image that every registry holds as `team/app:1`. */
  readonly image: Image;
  readonly registries: {
    readonly allowed: LabProcess;
    readonly denied: LabProcess;
    readonly removed: LabProcess;
  };
  readonly files: LabProcess;
}

const SERVICE = 'laboratory';
const ISSUER = 'laboratory tokens';

/** Builds a laboratory with everything that is not the machine under test running in it. */
export async function createTown(): Promise<Town> {
  const lab = await createLab(ADDRESSES);
  try {
    return await populate(lab);
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function populate(lab: Lab): Promise<Town> {
  const authority = createAuthority(join(lab.dir, 'certificates'));
  const certificate = issueCertificate(authority, [ALLOWED, DENIED, REMOVED, AUTH, FILES, DENIED_FILES]);
  trustCertificate(lab, authority.pem);
  const registry = (name: string) => ({ name, address: toAddress(name), certificate });
  const token = { realm: `https://${AUTH}/token`, service: SERVICE, issuer: ISSUER, trusted: authority };
  const tls = [certificate.certificatePath, certificate.keyPath];
  const [allowed, denied, removed, files] = await Promise.all([
    startRegistry(lab, { ...registry(ALLOWED), token }),
    startRegistry(lab, registry(DENIED)),
    startRegistry(lab, registry(REMOVED)),
    startProgram(lab, 'file-server', [...tls, toAddress(FILES), toAddress(DENIED_FILES)]),
    startProgram(lab, 'token-server', [
      toAddress(AUTH),
      ...tls,
      ISSUER,
      SERVICE,
      `${ACCOUNT.name}:${ACCOUNT.password}`,
    ]),
  ]);
  const image = buildImage(lab, 'app', { labels: { purpose: 'test' } });
  for (const name of [ALLOWED, DENIED, REMOVED]) await pushImage(lab, image, `${name}/team/app:1`);
  return { lab, image, registries: { allowed, denied, removed }, files };
}

function startProgram(lab: Lab, name: string, args: readonly string[]): Promise<LabProcess> {
  const source = join(import.meta.dirname, `${name}.ts`);
  return lab.start(name, [process.execPath, source, ...args], /listening/);
}

function toAddress(name: string): string {
  const address = ADDRESSES[name];
  if (address === undefined) throw new Error(`expected a name of the laboratory, got ${name}`);
  return address;
}
