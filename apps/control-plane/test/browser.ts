/** A browser as far as sign-in needs one: cookies per origin, redirects, refresh, and the form of the identity provider. */

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Code of a page that says what failed. */
  readonly code: string | undefined;
}

export interface Browser {
  readonly jar: Map<string, Map<string, string>>;
  /** One request, nothing is followed. */
  get(path: string): Promise<Page>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  json(path: string): Promise<any>;
  submit(path: string, form: Record<string, string>, origin?: string): Promise<Page>;
  /** Goes on from where the last answer points; fills the form of a login page; stops before a path that begins so. */
  follow(form: Record<string, string>, options?: { stopAt?: string }): Promise<Page>;
}

/** `like`: with a copy of the cookies of another browser. */
export function createBrowser(home: string, like?: Browser): Browser {
  const jar = new Map([...(like?.jar ?? [])].map(([origin, cookies]) => [origin, new Map(cookies)]));
  let next: URL | undefined;
  const send = async (url: URL, init: RequestInit = {}): Promise<Page> => {
    const cookies = jar.get(url.origin) ?? new Map<string, string>();
    jar.set(url.origin, cookies);
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, redirect: 'manual', headers });
    for (const one of response.headers.getSetCookie()) keep(cookies, one);
    const refresh = response.headers.get('refresh')?.replace(/^0;url=/, '');
    const to = response.headers.get('location') ?? refresh;
    next = to === undefined ? undefined : new URL(to, url);
    const text = await response.text();
    return { url, status: response.status, text, code: /Code: (\w+)/.exec(text)?.[1] };
  };
  const submit = (url: URL, form: Record<string, string>, origin = url.origin) =>
    send(url, { method: 'POST', headers: { origin }, body: new URLSearchParams(form) });
  return {
    jar,
    get: (path) => send(new URL(path, home)),
    json: async (path) => JSON.parse((await send(new URL(path, home))).text),
    submit: (path, form, origin) => submit(new URL(path, home), form, origin),
    follow: async (form, { stopAt } = {}) => {
      let page: Page = { url: new URL(home), status: 0, text: '', code: undefined };
      for (let hops = 0; next !== undefined; hops++) {
        if (hops > 15) throw new Error('too many redirects');
        if (stopAt !== undefined && next.pathname.startsWith(stopAt)) return { ...page, url: next };
        page = next.pathname.startsWith('/login/') ? await submit(next, form) : await send(next);
      }
      return page;
    },
  };
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = ''] = header.split(';');
  const at = pair.indexOf('=');
  if (/max-age=0/i.test(header)) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}
