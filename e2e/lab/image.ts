/** Test images as OCI layouts: one static busybox, and as many random bytes as a test asks for; and how they reach a registry. */

import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import { ACCOUNT } from './names.ts';

export interface Image {
  /** The OCI layout's directory. */
  readonly dir: string;
  /** Digest of the manifest, as every engine must see it. */
  readonly digest: string;
  /** Digests of configuration and layers. */
  readonly blobs: readonly string[];
}

export interface ImageOptions {
  /** Adds a layer of this many random bytes, which no transport can compress. */
  readonly randomBytes?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  /** Leaves out busybox: an image that is moved and never run. */
  readonly isBare?: boolean;
  /** Compresses the layers, as published images have them; engines offer only such for mounting. */
  readonly isCompressed?: boolean;
  /** Further files of the base layer: path below the root → content. */
  readonly files?: Readonly<Record<string, Buffer>>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const MEDIA_TYPE = 'application/vnd.oci.image.';
/** Any fixed time: equal inputs must make equal bytes. */
const CREATED = '2026-01-01T00:00:00Z';

/** Builds an image below the laboratory's directory. Layers are uncompressed: their bytes depend on no compressor. */
export function buildImage(lab: Lab, name: string, options: ImageOptions = {}): Image {
  const dir = join(lab.dir, `image-${name}`);
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  const { randomBytes, labels = {}, entrypoint, isCompressed = false } = options;
  const programs = options.isBare === true ? [] : ['sh', 'echo', 'cat', 'sleep', 'true'];
  const pack = (write: (root: string) => void) => packLayer(dir, isCompressed, write);
  const packed = [pack((root) => writeBase(root, programs, options.files ?? {}))];
  if (randomBytes !== undefined) packed.push(pack((root) => writeRandom(root, randomBytes)));
  const layers = packed.map(({ layer }) => layer);
  const config = writeJson(dir, 'config.v1+json', {
    architecture: 'amd64',
    os: 'linux',
    created: CREATED,
    config: {
      Env: ['PATH=/bin'],
      Cmd: ['sh'],
      Labels: labels,
      ...(entrypoint && { Entrypoint: entrypoint }),
    },
    rootfs: { type: 'layers', diff_ids: packed.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created: CREATED, created_by: 'laboratory' })),
  });
  const mediaType = `${MEDIA_TYPE}manifest.v1+json`;
  const manifest = writeJson(dir, 'manifest.v1+json', { schemaVersion: 2, mediaType, config, layers });
  writeFileSync(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return { dir, digest: manifest.digest, blobs: [config, ...layers].map((blob) => blob.digest) };
}

/** Copies an image into a registry directly, past every proxy, unchanged to the byte. */
export async function pushImage(lab: Lab, image: Image, reference: string): Promise<void> {
  const credentials = `${ACCOUNT.name}:${ACCOUNT.password}`;
  const options = ['--quiet', '--preserve-digests', '--dest-creds', credentials];
  await lab.must(['skopeo', 'copy', ...options, `oci:${image.dir}`, `docker://${reference}`], {
    env: { HTTPS_PROXY: '' },
  });
}

function writeBase(root: string, programs: readonly string[], files: Readonly<Record<string, Buffer>>): void {
  if (programs.length > 0) {
    mkdirSync(join(root, 'bin'));
    copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  }
  for (const applet of programs) symlinkSync('busybox', join(root, 'bin', applet));
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
}

function writeRandom(root: string, sizeBytes: number): void {
  const chunk = Buffer.alloc(1 << 20);
  const file = openSync(join(root, 'random'), 'w');
  for (let left = sizeBytes; left > 0; left -= chunk.length) {
    writeSync(file, randomFillSync(chunk), 0, Math.min(left, chunk.length));
  }
  closeSync(file);
}

interface Packed {
  readonly layer: Descriptor;
  /** Digest of the layer before it was compressed. */
  readonly diffId: string;
}

function packLayer(dir: string, isCompressed: boolean, write: (root: string) => void): Packed {
  const root = join(dir, 'root');
  const packed = join(dir, 'layer.tar');
  mkdirSync(root);
  write(root);
  const same = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    `--mtime=${CREATED}`,
    '--format=gnu',
  ];
  execFileSync('tar', ['-C', root, ...same, '-cf', packed, '.']);
  rmSync(root, { recursive: true });
  const diffId = `sha256:${hashFile(packed)}`;
  if (isCompressed) execFileSync('gzip', ['--no-name', packed]);
  const layer = isCompressed ? storeLayer(dir, `${packed}.gz`, '+gzip') : storeLayer(dir, packed, '');
  return { layer, diffId };
}

function storeLayer(dir: string, path: string, suffix: string): Descriptor {
  const hex = hashFile(path);
  const size = statSync(path).size;
  renameSync(path, join(dir, 'blobs/sha256', hex));
  return { mediaType: `${MEDIA_TYPE}layer.v1.tar${suffix}`, digest: `sha256:${hex}`, size };
}

const hashFile = (path: string): string =>
  execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);

function writeJson(dir: string, type: string, value: object): Descriptor {
  const bytes = Buffer.from(JSON.stringify(value));
  const hex = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(dir, 'blobs/sha256', hex), bytes);
  return { mediaType: MEDIA_TYPE + type, digest: `sha256:${hex}`, size: bytes.length };
}

/** The manifest's bytes as they were built. */
export function readManifest(image: Image): string {
  return readFileSync(join(image.dir, 'blobs/sha256', image.digest.slice('sha256:'.length)), 'utf8');
}
