/** Runs the identity provider as a process: options as JSON in the first argument or in IDENTITY_PROVIDER; prints its URL when it listens. */

import { type IdentityProviderOptions, startIdentityProvider } from './identity-provider.ts';

const options = JSON.parse(
  process.argv[2] ?? process.env.IDENTITY_PROVIDER ?? '{"clients":[],"accounts":[]}',
) as IdentityProviderOptions;
const provider = await startIdentityProvider(options);
process.stdout.write(`${provider.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void provider.close().then(() => process.exit(0)));
}
// For tests that need an outage: SIGUSR2 switches it off and on again.
let isUp = true;
process.on('SIGUSR2', () => {
  isUp = !isUp;
  void (isUp ? provider.up() : provider.down());
});
// Without a server that listens nothing else would keep the process.
setInterval(() => undefined, 60_000);
