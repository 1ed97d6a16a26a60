/** Tests a connection step by step, up to what can be known without a person: it sends a code that the provider never gave. */

import type { SsoTest } from '@pullgate/protocol';
import { ControlPlaneError } from '../../errors.ts';
import { fetchDocument } from './discovery.ts';
import { refuseAddresses } from './issuer.ts';
import type { ProviderConfig } from './provider-row.ts';

type Step = SsoTest['steps'][number];

export async function examine(config: ProviderConfig, redirectUri: string): Promise<SsoTest> {
  const steps: Step[] = [];
  const run = async (name: string, work: () => Promise<string>) => {
    const step = await work().then(
      (text) => ({ name, ok: true, text }),
      (error: unknown) => ({ name, ok: false, text: toText(error) }),
    );
    steps.push(step);
    return step.ok;
  };
  let document: Readonly<Record<string, unknown>> = {};
  const isThere = await run('discovery', async () => {
    document = await fetchDocument(config.issuer);
    return `${config.issuer} answers`;
  });
  if (isThere) {
    await run('keys', () => examineKeys(config));
    await run('authorization endpoint', () => examineAuthorization(config, document));
    await run('PKCE', async () => examinePkce(document));
    await run('client', () => examineClient(config, redirectUri));
  }
  return { ok: steps.every(({ ok }) => ok), steps };
}

const toText = (error: unknown) =>
  error instanceof ControlPlaneError || error instanceof StepFailed ? error.message : 'it does not answer';

class StepFailed extends Error {}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  await refuseAddresses([url]);
  return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(5000) });
}

async function examineKeys({ jwksEndpoint }: ProviderConfig): Promise<string> {
  const body = (await (await ask(jwksEndpoint)).json()) as { keys?: unknown };
  const count = Array.isArray(body.keys) ? body.keys.length : 0;
  if (count === 0) throw new StepFailed('the provider shows no keys');
  return `${count} ${count === 1 ? 'key' : 'keys'}`;
}

async function examineAuthorization(
  { authorizationEndpoint }: ProviderConfig,
  document: Readonly<Record<string, unknown>>,
): Promise<string> {
  if (document.authorization_endpoint === authorizationEndpoint) return authorizationEndpoint;
  throw new StepFailed('the provider has moved it: save the connection again');
}

function examinePkce({
  code_challenge_methods_supported: methods,
}: Readonly<Record<string, unknown>>): string {
  if (methods === undefined) return 'the provider does not say; S256 is sent all the same';
  if (Array.isArray(methods) && methods.includes('S256')) return 'S256';
  throw new StepFailed('the provider does not support S256');
}

async function examineClient(config: ProviderConfig, redirectUri: string): Promise<string> {
  const { clientId, clientSecret, tokenEndpoint, tokenEndpointAuthentication } = config;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'pullgate-test',
    code_verifier: 'pullgate-test'.repeat(4),
    redirect_uri: redirectUri,
  });
  const headers: Record<string, string> = {};
  if (tokenEndpointAuthentication === 'client_secret_post') {
    body.set('client_id', clientId);
    body.set('client_secret', clientSecret);
  } else {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const response = await ask(tokenEndpoint, { method: 'POST', body, headers });
  const { error } = (await response.json().catch(() => ({}))) as { error?: unknown };
  if (error === 'invalid_grant') return 'the provider knows the client and its secret';
  if (error === 'invalid_client') throw new StepFailed('the provider refuses the client or its secret');
  throw new StepFailed(`the provider answered ${response.status}, which does not tell`);
}
