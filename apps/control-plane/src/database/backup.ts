/** Copies of a whole data directory in one SQLite file: the database, and beside it the files that are secret. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { quote } from '@pullgate/errors';
import { ControlPlaneError } from '../errors.ts';
import { DATABASE_FILE } from './open.ts';

/** Never part of a backup: the database itself, what belongs to it, and the lock. */
const isOfDatabase = (name: string) => name.startsWith(DATABASE_FILE) || name.startsWith('lock.sqlite');

/**
 * Writes a backup; the server may be running. The file is as secret as the data directory, and is made with mode 0600.
 * @throws ControlPlaneError NOT_SET_UP, BACKUP_INVALID when the file exists already
 */
export function writeBackup(dataDir: string, file: string): void {
  const source = join(dataDir, DATABASE_FILE);
  if (!existsSync(source)) {
    throw new ControlPlaneError('NOT_SET_UP', `${quote(dataDir)} holds no data`, {
      hint: 'name the directory that pullgate server or pullgate up was started with: --data-dir DIR',
    });
  }
  if (existsSync(file)) {
    throw new ControlPlaneError('BACKUP_INVALID', `expected a new file, but ${quote(file)} exists`, {
      hint: 'choose another name: a backup is never overwritten',
    });
  }
  // Made first and with this mode, so that nobody reads it while it is written.
  writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
  const database = new DatabaseSync(source, { readOnly: true, timeout: 5000 });
  try {
    database.prepare('vacuum into ?').run(file);
  } finally {
    database.close();
  }
  addFiles(dataDir, file);
}

function addFiles(dataDir: string, file: string): void {
  const backup = new DatabaseSync(file);
  try {
    backup.exec('create table backup_files (name text not null primary key, content blob not null)');
    const insert = backup.prepare('insert into backup_files (name, content) values (?, ?)');
    for (const entry of readdirSync(dataDir, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(resolve(dataDir).length + 1);
      if (entry.isFile() && !isOfDatabase(name)) insert.run(name, readFileSync(path));
    }
  } finally {
    backup.close();
  }
}

/**
 * Puts a backup in place of what the data directory holds, which is kept beside it. The caller holds the directory's lock.
 * @returns where the earlier database went, if there was one
 * @throws ControlPlaneError BACKUP_INVALID
 */
export function placeBackup(dataDir: string, file: string, suffix: string): string | undefined {
  const files = readFiles(file);
  const target = join(dataDir, DATABASE_FILE);
  const kept = keepEarlier(target, suffix);
  const backup = new DatabaseSync(file, { readOnly: true });
  try {
    backup.prepare('vacuum into ?').run(target);
  } finally {
    backup.close();
  }
  chmodSync(target, 0o600);
  const placed = new DatabaseSync(target);
  placed.exec('drop table backup_files');
  placed.close();
  for (const { name, content } of files) {
    const path = join(dataDir, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
  }
  return kept;
}

/** The write-ahead log belongs to the database and goes with it. */
function keepEarlier(target: string, suffix: string): string | undefined {
  if (!existsSync(target)) return undefined;
  for (const end of ['', '-wal', '-shm']) {
    if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, `${target}.${suffix}${end}`);
  }
  return `${target}.${suffix}`;
}

interface KeptFile {
  readonly name: string;
  readonly content: Uint8Array;
}

function readFiles(file: string): KeptFile[] {
  if (!existsSync(file)) throw new ControlPlaneError('BACKUP_INVALID', `${quote(file)} does not exist`);
  try {
    const backup = new DatabaseSync(file, { readOnly: true });
    try {
      const check = backup.prepare('pragma integrity_check').get();
      if (check?.integrity_check !== 'ok') throw new Error('integrity check failed');
      const rows = backup.prepare('select name, content from backup_files').all() as unknown as KeptFile[];
      if (rows.some(({ name }) => name.split(/[\\/]/).includes('..') || resolve('/', name) !== `/${name}`)) {
        throw new Error('a name leads out of the data directory');
      }
      return rows;
    } finally {
      backup.close();
    }
  } catch (cause) {
    throw new ControlPlaneError('BACKUP_INVALID', `${quote(file)} is not a whole backup of a control plane`, {
      cause,
    });
  }
}
