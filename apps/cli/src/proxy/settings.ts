/** Which proxies the command was told about, by environment and flags. Leaves choosing one to `routes.ts`. */

export interface ProxySettings {
  readonly https?: string;
  readonly http?: string;
  readonly none?: string;
  /** File or address of a proxy auto-configuration; goes before the others. */
  readonly pac?: string;
}

/** As curl and most programs read them: small letters or capitals. */
export function parseProxySettings(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const value = (name: string): string | undefined =>
    environment[name] || environment[name.toLowerCase()] || undefined;
  const settings = {
    https: value('HTTPS_PROXY'),
    http: value('HTTP_PROXY'),
    none: value('NO_PROXY'),
    pac: environment.PULLGATE_PROXY_PAC || undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, found]) => found !== undefined));
}
