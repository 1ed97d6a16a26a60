/**
 * A laboratory: namespaces with a private /etc, /run, /var/lib and network, in which programs run without touching the
 * machine. Knows nothing of registries or engines; those are started in it by their own files.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { config } from './config.ts';
import { LAB_PREFIX, removeStale } from './leftovers.ts';
import { LabProcess } from './process.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as a terminal would have shown them. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The command is killed and the promise rejected after this long; 60 s unless told. */
  readonly timeoutMs?: number;
}

const RUN_TIMEOUT_MS = 60_000;
/** Without /usr/local: what an administrator has put there, a newer docker client for one, is not what Debian ships. */
export const LAB_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export class Lab {
  /** The directory outside that backs the private ones; the same path is seen inside. */
  readonly dir: string;
  /** Name of its control groups, which are removed with it; a guest uses those of its laboratory. */
  readonly name: string;
  /** Its first process, as the outside knows it. */
  readonly pid: string;
  readonly #holder: ChildProcess;

  constructor(dir: string, holder: ChildProcess, pid: string, name = basename(dir)) {
    this.dir = dir;
    this.name = name;
    this.pid = pid;
    this.#holder = holder;
  }

  /** The path outside at which a file of the private /etc, /root, /var/lib, /var/log or /var/tmp can be read and written. */
  path(inside: string): string {
    for (const shared of PRIVATE_DIRECTORIES) {
      if (inside === `/${shared}` || inside.startsWith(`/${shared}/`)) {
        return join(this.dir, shared.replaceAll('/', '-'), inside.slice(shared.length + 1));
      }
    }
    throw new Error(`expected a path in a private directory of the laboratory, got ${inside}`);
  }

  /** Runs a command to its end, whatever its exit code. Rejects only when it could not end in time. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.#spawn(argv, options.env ?? {});
    const streams = { stdout: '', stderr: '', output: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        streams[name] += text;
        streams.output += text;
      });
    }
    child.stdin?.on('error', () => undefined).end(options.input ?? '');
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
      // What the command has started may hold the pipes for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, options.timeoutMs ?? RUN_TIMEOUT_MS);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    if (isLate) throw new Error(`${argv.join(' ')} did not end in time; it said:\n${streams.output}`);
    return { code: code ?? -1, ...streams };
  }

  /** Like `run`, for set-up: resolves with the trimmed standard output, rejects when the command fails. */
  async must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, output } = await this.run(argv, options);
    if (code !== 0) throw new Error(`${argv.join(' ')} failed with ${code}:\n${output}`);
    return stdout.trim();
  }

  /**
   * Starts a program that goes on running, and resolves when its output shows that it is ready.
   * Rejects with what it said when it ends before that.
   */
  async start(
    name: string,
    argv: readonly string[],
    ready: RegExp,
    env: Readonly<Record<string, string>> = {},
  ): Promise<LabProcess> {
    const pidPath = join(this.dir, `${name}.pid`);
    const script = 'echo $$ > "$0"; exec "$@"';
    const child = this.#spawn(['sh', '-c', script, pidPath, ...argv], env);
    const process = new LabProcess(name, child, (signal) =>
      this.must(['kill', `-${signal}`, readFileSync(pidPath, 'utf8').trim()]),
    );
    await process.waitFor(ready);
    return process;
  }

  /** Runs a command on the terminal of this process and resolves with its exit code. */
  async attach(argv: readonly string[]): Promise<number> {
    const env = { TERM: config.terminal, PS1: 'lab# ' };
    const child = this.#spawn(argv, env, 'inherit');
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  }

  /** Ends everything that runs in it and removes every trace. */
  async close(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const ended = once(this.#holder, 'exit');
    this.#holder.stdin?.end();
    await ended;
  }

  #spawn(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    stdio: 'pipe' | 'inherit' = 'pipe',
  ): ChildProcess {
    // The parent-death signal ties the command, which lives in another pid namespace, to the nsenter that we can kill.
    const enter = ['--target', this.pid, '--mount', '--net', '--pid', '--wdns=/root'];
    return spawn('nsenter', [...enter, 'setpriv', '--pdeathsig', 'KILL', ...argv], {
      stdio,
      env: { PATH: LAB_PATH, HOME: '/root', LANG: 'C', TMPDIR: '/var/tmp', ...env },
    });
  }
}

const PRIVATE_DIRECTORIES = ['etc', 'var/lib', 'var/log', 'var/tmp', 'root'] as const;

/**
 * Builds an empty laboratory whose hosts file knows `addresses` (name → IPv4 address). Needs root.
 * It lives until `close`, or until this process dies by whatever means.
 */
export async function createLab(addresses: Readonly<Record<string, string>>): Promise<Lab> {
  removeStale();
  const dir = mkdtempSync(join(tmpdir(), LAB_PREFIX));
  prepareDirectories(dir, addresses);
  const holder = spawn(join(import.meta.dirname, 'lab-run'), [dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A session of its own: the interrupt key must not end it before it has cleaned up.
    detached: true,
  });
  const pid = await readOuterPid(holder);
  return new Lab(dir, holder, pid);
}

/** Makes what backs the private directories. @param root whose /etc is copied */
export function prepareDirectories(
  dir: string,
  addresses: Readonly<Record<string, string>>,
  root = '/',
): void {
  for (const name of ['var-lib', 'var-log', 'var-tmp', 'root']) mkdirSync(join(dir, name));
  cpSync(join(root, 'etc'), join(dir, 'etc'), {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
  const hosts = Object.entries(addresses).map(([name, address]) => `${address} ${name}\n`);
  writeFileSync(join(dir, 'etc/hosts'), `127.0.0.1 localhost\n::1 localhost\n${hosts.join('')}`);
  writeFileSync(join(dir, 'etc/resolv.conf'), '');
  const lines = [...new Set(Object.values(addresses))].map((address) => `${address}\n`);
  writeFileSync(join(dir, 'addresses'), lines.join(''));
}

/** Waits for the first process of a laboratory or a guest to say which pid it has. */
export async function readOuterPid(holder: ChildProcess): Promise<string> {
  if (holder.stdout === null) throw new Error('expected a pipe from the first process, got none');
  for await (const line of createInterface({ input: holder.stdout })) {
    const pid = /^ready (\d+)$/.exec(line)?.[1];
    if (pid !== undefined) return pid;
  }
  throw new Error('the first process ended before it was ready');
}

/** Adds a certificate to those that every program in the laboratory trusts. */
export function trustCertificate(lab: Lab, pem: string): void {
  const store = lab.path('/etc/ssl/certs/ca-certificates.crt');
  if (existsSync(store) && readFileSync(store, 'utf8').includes(pem)) return;
  appendFileSync(store, `\n${pem}`);
}
