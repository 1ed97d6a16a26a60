/** Signs in on a device as `pullgate login` and a person's browser do it together. */

import type { Answer, Client, Harness } from './harness.ts';

export interface DeviceCodes {
  readonly device_code: string;
  readonly user_code: string;
}

export const CLIENT_ID = 'pullgate-cli';

export async function askForCode(plane: Harness): Promise<DeviceCodes> {
  const wish = { client_id: CLIENT_ID, machine_name: 'laptop-7', login: 'dev' };
  const answer = await plane.anonymous.post('/api/auth/device/code', wish);
  if (answer.status !== 200) throw new Error(`no code: ${answer.status}`);
  return answer.body as DeviceCodes;
}

export const decideCode = (browser: Client, userCode: string, decision = 'allow'): Promise<Answer> =>
  browser.request('POST', '/device', new URLSearchParams({ user_code: userCode, decision }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });

export const exchangeCode = (plane: Harness, deviceCode: string): Promise<Answer> =>
  plane.anonymous.post('/api/auth/device/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    client_id: CLIENT_ID,
  });

/** Token of the session that the device gets. */
export async function signInDevice(plane: Harness, browser: Client): Promise<string> {
  const codes = await askForCode(plane);
  const decided = await decideCode(browser, codes.user_code);
  if (decided.status !== 200) throw new Error(`not allowed: ${decided.status}`);
  const answer = await exchangeCode(plane, codes.device_code);
  if (answer.status !== 200) throw new Error(`no token: ${answer.status}`);
  return answer.body.access_token;
}
