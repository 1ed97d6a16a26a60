/** `fetch` by the ways that the settings choose. One dispatcher per way is kept, so that connections are used again. */

import { Agent, type Dispatcher, fetch, ProxyAgent } from 'undici';
import { CliError } from '../cli-error.ts';
import { chooseRoutes, type Route } from './routes.ts';
import type { ProxySettings } from './settings.ts';

export type ProxiedFetch = (url: URL, init: RequestInit) => Promise<Response>;

/** Of these nothing has reached the server yet: the next way may be tried. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function createProxiedFetch(settings: ProxySettings): ProxiedFetch {
  const dispatchers = new Map<string, Dispatcher>();
  const ways = new Map<string, Promise<readonly Route[]>>();
  const dispatcherOf = (route: Route): Dispatcher => {
    const key = route?.href ?? '';
    const made = dispatchers.get(key) ?? createDispatcher(route);
    dispatchers.set(key, made);
    return made;
  };
  return async (url, init) => {
    const chosen = ways.get(url.origin) ?? chooseRoutes(settings, url);
    ways.set(url.origin, chosen);
    let last: unknown;
    for (const route of await chosen) {
      try {
        return await send(url, init, route, dispatcherOf(route));
      } catch (error) {
        last = error;
        if (!codesOf(error).some((code) => NOT_CONNECTED.has(code))) break;
      }
    }
    throw last;
  };
}

/** For whoever speaks undici: the way as a dispatcher. */
export function createDispatcher(route: Route): Dispatcher {
  if (route === undefined) return new Agent();
  return new ProxyAgent({ uri: route.href, proxyTunnel: true });
}

/** @throws CliError PROXY_AUTH_REQUIRED, PROXY_UNUSABLE */
async function send(url: URL, init: RequestInit, route: Route, dispatcher: Dispatcher): Promise<Response> {
  try {
    return (await fetch(url, { ...init, dispatcher } as Parameters<typeof fetch>[1])) as unknown as Response;
  } catch (error) {
    if (route === undefined) throw error;
    const words = chainOf(error)
      .map((one) => one.message)
      .join(' ');
    const status = /Proxy response \((\d{3})\)/.exec(words)?.[1];
    // some proxies, tinyproxy among them, answer 401 to a wrong password
    if (status === '407' || status === '401') throw toAuthRequired(route, error);
    if (status === undefined) throw error;
    throw new CliError(
      'PROXY_UNUSABLE',
      `the proxy ${route.host} does not let through to ${url.host} (${status})`,
      {
        hint: `ask whoever runs it, or go around it: NO_PROXY=${url.hostname}`,
        cause: error,
      },
    );
  }
}

function toAuthRequired(route: URL, cause: unknown): CliError {
  const wrong = route.username !== '';
  return new CliError(
    'PROXY_AUTH_REQUIRED',
    wrong
      ? `the proxy ${route.host} refuses name and password`
      : `the proxy ${route.host} asks for name and password`,
    { hint: `set them: HTTPS_PROXY=${route.protocol}//name:password@${route.host}`, cause },
  );
}

function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && chain.length < 8; one = one.cause) {
    chain.push(one);
    if (one instanceof AggregateError) chain.push(...one.errors.filter((each) => each instanceof Error));
  }
  return chain;
}

const codesOf = (error: unknown): readonly string[] =>
  chainOf(error).map((one) => String((one as NodeJS.ErrnoException).code ?? ''));
