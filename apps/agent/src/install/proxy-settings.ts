/** Proxy settings as engines know them, and what becomes of the ones that were there. Pure. */

export interface ProxySettings {
  readonly http?: string;
  readonly https?: string;
  /** Comma-separated, as in NO_PROXY. */
  readonly no?: string;
}

/**
 * What engines may reach without the agent: this machine itself, which Go's proxy code leaves out anyway. It is written
 * nevertheless, since an engine that finds none would take an older NO_PROXY of its surroundings.
 */
export const NO_PROXY = 'localhost,127.0.0.0/8,::1';

/** What the agent should do in the engine's place. */
export interface UpstreamSuggestion {
  /** May hold credentials: never logged, shown only by {@link redactUrl}. */
  readonly url?: string;
  readonly noProxy: readonly string[];
}

/** The proxy that was there goes behind the agent, with its exceptions; undefined when there was none. */
export function toUpstreamSuggestion(found: ProxySettings, proxyUrl: string): UpstreamSuggestion | undefined {
  const url = [found.https, found.http].find((candidate) => candidate !== undefined && candidate !== '');
  const noProxy = (found.no ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !NO_PROXY.split(',').includes(entry) && !isLoopback(entry));
  const isOther = url !== undefined && url.replace(/\/$/, '') !== proxyUrl.replace(/\/$/, '');
  if (!isOther && noProxy.length === 0) return undefined;
  return { ...(isOther ? { url } : {}), noProxy };
}

const isLoopback = (entry: string): boolean => /^(localhost|127\.[0-9./]+|\[?::1\]?(\/128)?)$/i.test(entry);

/** Without the password that a proxy's URL may carry. */
export const redactUrl = (text: string): string => text.replace(/:\/\/[^/@\s"']+@/g, '://***@');
