/** The clients of the sign-in benchmark, in a process of their own. usage: people.ts URL EMAIL PASSWORD PEOPLE */

const [url = '', email = '', password = '', count = '0'] = process.argv.slice(2);
/** As many as a busy morning has under way at a time; the others wait their turn. */
const AT_ONCE = 64;
const POLL_MS = 2100;
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const times: number[] = [];
const errors: string[] = [];
let next = 0;
const start = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, signInOneByOne));
const sorted = times.toSorted((a, b) => a - b);
process.send?.({
  errors: errors.slice(0, 5),
  seconds: Math.round(performance.now() - start) / 1000,
  p50Ms: Math.round(at(0.5)),
  p99Ms: Math.round(at(0.99)),
});
process.disconnect?.();

async function signInOneByOne(): Promise<void> {
  while (next < Number(count)) {
    next += 1;
    const began = performance.now();
    try {
      await signIn();
      times.push(performance.now() - began);
    } catch (error) {
      errors.push(String(error));
    }
  }
}

/** Browser, device and person at once: what `pullgate login` does, without waiting for fingers. */
async function signIn(): Promise<void> {
  const browser = await post('/api/auth/sign-in/email', { email, password });
  const cookie = browser.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const device = await post('/api/auth/device/code', {
    client_id: 'pullgate-cli',
    machine_name: 'bench',
    login: 'bench',
  });
  const { user_code, device_code } = (await device.json()) as { user_code: string; device_code: string };
  const form = new URLSearchParams({ user_code, decision: 'allow' });
  await must(
    fetch(`${url}/device`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { cookie, origin: url },
    }),
  );
  const token = await exchange(device_code);
  await must(fetch(`${url}/api/auth/get-session`, { headers: { authorization: `Bearer ${token}` } }));
}

async function exchange(device_code: string): Promise<string> {
  const body = { grant_type: GRANT, device_code, client_id: 'pullgate-cli' };
  for (let tries = 0; tries < 5; tries += 1) {
    const answer = await post('/api/auth/device/token', body, true);
    const { access_token } = (await answer.json()) as { access_token?: string };
    if (access_token !== undefined) return access_token;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error('no token came');
}

function post(path: string, body: object, mayFail = false): Promise<Response> {
  const request = fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  return mayFail ? request : must(request);
}

async function must(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (response.status < 400) return response;
  throw new Error(`${new URL(response.url).pathname} answered ${response.status}: ${await response.text()}`);
}

function at(share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
