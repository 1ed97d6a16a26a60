/** What `up` says when everything is in force. Pure. */

import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** The line of `up --json`. */
export interface ReadyReport {
  readonly url: string;
  readonly proxy: string;
  readonly organization: string;
  readonly mode: string;
  readonly revision: number;
  /** Where the owner sets a password; only until that was done. */
  readonly welcomeUrl?: string;
  readonly dataDir: string;
  readonly agentSocket: string;
  /** What the policy says of Docker Hub, in a word. */
  readonly dockerHub: 'allowed' | 'restricted' | 'blocked' | 'not listed';
}

export function formatReady(terminal: Terminal, report: ReadyReport): readonly string[] {
  const { url, proxy, organization, mode, dockerHub, welcomeUrl } = report;
  return [
    `${terminal.paint('bold', `Pullgate ${VERSION}`)} · control plane ${url} · agent proxy ${proxy}`,
    `Organization ${organization} · mode ${mode} · Docker Hub ${dockerHub}`,
    welcomeUrl === undefined ? `Console:  ${url}` : `Sign in:  ${welcomeUrl}      (once, this machine only)`,
    '',
    `Point Docker at the agent:   sudo bin/pullgate agent install${toProxyOption(proxy)}      (shows what it changes before it does)`,
    'Then try:                    docker pull alpine            and   docker pull ghcr.io/acme/app',
  ];
}

const toProxyOption = (proxy: string): string =>
  proxy === 'http://127.0.0.1:7081' ? '' : ` --proxy ${proxy}`;

interface HubEntry {
  readonly registry: string;
  readonly allow: readonly string[];
  readonly repositories?: unknown;
  readonly tags?: unknown;
  readonly digests?: unknown;
  readonly teams?: unknown;
}

/** @param document a published policy document */
export function describeDockerHub(document: unknown): ReadyReport['dockerHub'] {
  const { registries = [] } = document as { registries?: readonly HubEntry[] };
  const entries = registries.filter(({ registry }) => registry === 'docker.io');
  if (entries.length === 0) return 'not listed';
  if (entries.some(({ allow }) => allow.length === 0)) return 'blocked';
  const isWhole = entries.some(
    (entry) =>
      ['pull', 'push'].every((action) => entry.allow.includes(action)) &&
      (['repositories', 'tags', 'digests', 'teams'] as const).every((limit) => entry[limit] === undefined),
  );
  return isWhole ? 'allowed' : 'restricted';
}
