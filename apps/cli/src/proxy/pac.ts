/** Proxy auto-configuration: a script from the company's network, run in a sandbox of its own (QuickJS in WebAssembly). */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createPacResolver } from 'pac-resolver';
import { QuickJS } from 'quickjs-wasi';
import { fetch } from 'undici';
import { CliError } from '../cli-error.ts';

/** The largest known files of companies have some hundred kilobytes. */
const MAX_BYTES = 1024 * 1024;
const LOAD_TIMEOUT_MS = 10_000;
/** For the script's own work; with the names that it looks up twice as long. */
const RUN_TIMEOUT_MS = 3_000;
const MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The script's answer for a server, such as `PROXY proxy.acme.example:3128; DIRECT`. It learns the origin alone: paths may carry
 * what is no business of its author.
 * @throws CliError PROXY_UNUSABLE
 */
export async function evaluatePac(place: string, url: URL): Promise<string> {
  const script = await load(place);
  try {
    return await run(script, new URL('/', url));
  } catch (cause) {
    throw unusable(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function run(script: string, url: URL): Promise<string> {
  // an endless loop in the script would hold the command for ever
  let deadline = Date.now() + RUN_TIMEOUT_MS;
  const machine = await QuickJS.create({
    memoryLimit: MEMORY_LIMIT_BYTES,
    interruptHandler: () => Date.now() > deadline,
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), 2 * RUN_TIMEOUT_MS);
  const sandbox = { alert: () => undefined };
  try {
    const find = createPacResolver(machine, script, { sandbox });
    deadline = Date.now() + RUN_TIMEOUT_MS;
    const answer = await Promise.race([find(url), late.promise]);
    machine.dispose();
    return String(answer);
  } finally {
    clearTimeout(timer);
  }
}

async function load(place: string): Promise<string> {
  let text: string;
  try {
    text = /^https?:/i.test(place) ? await download(place) : await readFile(toPath(place), 'utf8');
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw unusable(place, inner instanceof Error ? inner.message : String(inner), cause);
  }
  if (Buffer.byteLength(text) > MAX_BYTES) throw unusable(place, 'it is larger than 1 MiB');
  return text;
}

const toPath = (place: string): string => (/^file:/i.test(place) ? fileURLToPath(place) : place);

/** Without any proxy: it is what says which one there is. */
async function download(place: string): Promise<string> {
  const url = new URL(place);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  const headers: Record<string, string> = username === '' ? {} : { authorization: `Basic ${pair}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(LOAD_TIMEOUT_MS) });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('it is larger than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unusable(place: string, why: string, cause?: unknown): CliError {
  const shown = withoutPassword(why.split('\n', 1)[0]?.slice(0, 200) ?? '');
  return new CliError(
    'PROXY_UNUSABLE',
    `the proxy auto-configuration ${withoutPassword(place)} cannot be used: ${shown}`,
    {
      hint: 'mend it, or name the proxy instead: HTTPS_PROXY=http://proxy.example:3128',
      cause,
    },
  );
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//');
}
