/**
 * `pullgate sign-in prompt`: asks whoever opens a terminal or a desktop to sign in, when this machine requires it and they have
 * not. Runs at every login of everybody, so it is quick, and silent whenever there is nothing to say.
 */

import { spawn } from 'node:child_process';
import { request } from 'node:http';
import type { LocalStatus } from '@pullgate/protocol';
import type { Command } from '../context.ts';
import { findAgentSocket } from '../local-agent.ts';
import { toPrintable } from '../wording.ts';

export interface SignInPromptOptions {
  readonly notify?: boolean;
}

/** Nobody's login may wait for an agent that hangs. */
const LIMIT_MS = 500;

export const runSignInPrompt: Command<SignInPromptOptions> = async ({ config, terminal }, { notify }) => {
  const socket = findAgentSocket(config, undefined);
  const signIn = socket === undefined ? undefined : await fetchSignIn(socket);
  const text = signIn === undefined ? undefined : formatPrompt(signIn);
  if (text === undefined) return 0;
  if (notify === true) await sendNotification(text);
  else terminal.out(text);
  return 0;
};

/** One line; undefined when there is nothing to ask. */
export function formatPrompt(signIn: LocalStatus['signIn']): string | undefined {
  const { mechanism, place, allowedOrgs, problem, session } = signIn;
  if (mechanism === 'none' || mechanism === undefined) return undefined;
  const by = toPrintable(place ?? mechanism);
  if (problem !== undefined)
    return `This machine requires a sign-in, but ${by} cannot be read: tell who looks after it (pullgate status)`;
  const isSignedIn =
    session !== undefined &&
    !session.expired &&
    session.organizations.some((slug) => allowedOrgs.includes(slug));
  if (isSignedIn) return undefined;
  const names = toPrintable(allowedOrgs.join(' or '));
  if (session?.expired === true)
    return `Your sign-in with ${names} has run out: pullgate login   (required by ${by})`;
  return `Sign in with ${names} to use registries: pullgate login   (required by ${by})`;
}

/** Undefined for every failure: a login is no place for the agent's troubles. */
function fetchSignIn(socketPath: string): Promise<LocalStatus['signIn'] | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const outgoing = request({ socketPath, path: '/v1/status', signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => resolve(undefined));
      answer.on('end', () => resolve(parseSignIn(Buffer.concat(chunks).toString('utf8'))));
    });
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}

function parseSignIn(text: string): LocalStatus['signIn'] | undefined {
  try {
    return (JSON.parse(text) as Partial<LocalStatus>).signIn;
  } catch {
    return undefined;
  }
}

/** Without a desktop session `notify-send` would start a bus, or wait for one. */
function sendNotification(text: string): Promise<void> {
  const { DISPLAY, WAYLAND_DISPLAY, DBUS_SESSION_BUS_ADDRESS } = process.env;
  const hasDesktop = (DISPLAY || WAYLAND_DISPLAY) && DBUS_SESSION_BUS_ADDRESS;
  if (!hasDesktop) return Promise.resolve();
  return new Promise((resolve) => {
    const args = ['--app-name=Pullgate', '--urgency=normal', '--', 'Pullgate', text];
    const child = spawn('notify-send', args, { stdio: 'ignore', timeout: LIMIT_MS });
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
}
