/** Pullgate in a laboratory as an owner has it: `pullgate up`, and the command line that `up` leaves signed in. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, Outcome } from './lab.ts';
import type { LabProcess } from './process.ts';

/** The command line of this checkout. */
export const PULLGATE = join(import.meta.dirname, '../../bin/pullgate');

/** Organization of every laboratory; sentences begin with it. */
export const ORGANIZATION = 'acme';

const DATA_DIR = '/var/lib/pullgate-up';

/** Data directory of the agent of `up`. */
export const AGENT_DIR = `${DATA_DIR}/agent`;

export const OWNER = {
  PULLGATE_OWNER_EMAIL: 'owner@acme.example',
  PULLGATE_OWNER_PASSWORD: 'correct horse battery staple',
  PULLGATE_ORGANIZATION: ORGANIZATION,
};

export interface Ports {
  readonly controlPlane: number;
  readonly proxy: number;
}

export class Pullgate {
  readonly #lab: Lab;
  readonly #ports: Ports;
  #process: LabProcess | undefined;

  constructor(lab: Lab, ports: Ports) {
    this.#lab = lab;
    this.#ports = ports;
  }

  /** URL by which engines find the agent of `up`. */
  get proxy(): string {
    return `http://127.0.0.1:${this.#ports.proxy}`;
  }

  get server(): string {
    return `http://127.0.0.1:${this.#ports.controlPlane}`;
  }

  /** Starts control plane and agent; resolves when both serve. The first start also sets everything up. */
  async up(): Promise<void> {
    const { controlPlane, proxy } = this.#ports;
    const places = ['--listen', `127.0.0.1:${controlPlane}`, '--proxy-listen', `127.0.0.1:${proxy}`];
    const argv = [PULLGATE, 'up', '--data-dir', DATA_DIR, ...places, '--json', '--yes'];
    this.#process = await this.#lab.start('pullgate-up', argv, /^\{.*\}$/m, OWNER);
  }

  async down(): Promise<void> {
    await this.#process?.end();
  }

  /** Runs a command of the owner, whatever comes of it. */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.#lab.run([PULLGATE, ...args]);
  }

  /** Runs a command of the owner that must succeed. */
  async must(...args: readonly string[]): Promise<string> {
    const outcome = await this.run(...args);
    if (outcome.code !== 0) throw this.#toError(args, outcome);
    return outcome.stdout.trim();
  }

  /** Runs a command with `--json` and returns what it printed. Exit code 3, a denial, is an answer as well. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const outcome = await this.run(...args, '--json');
    if (outcome.code !== 0 && outcome.code !== 3) throw this.#toError(args, outcome);
    return JSON.parse(outcome.stdout) as T;
  }

  /** Publishes a policy document, given as YAML, and waits for the machines to obey. */
  async publish(yaml: string): Promise<void> {
    writeFileSync(this.#lab.path('/root/policy.yaml'), yaml);
    await this.must('policy', 'apply', '--file', '/root/policy.yaml', '--yes');
  }

  /** Starts a program of Pullgate that goes on running. */
  start(name: string, args: readonly string[], ready: RegExp): Promise<LabProcess> {
    return this.#lab.start(name, [PULLGATE, ...args], ready);
  }

  /** The laboratory is gone when somebody reads this, so it carries the last words of the control plane. */
  #toError(args: readonly string[], { code, output }: Outcome): Error {
    const log = readFileSync(this.#lab.path(`${DATA_DIR}/logs/control-plane.log`), 'utf8');
    const words = log.trimEnd().split('\n').slice(-3).join('\n');
    return new Error(`pullgate ${args.join(' ')} failed with ${code}:\n${output}\ncontrol plane:\n${words}`);
  }
}
