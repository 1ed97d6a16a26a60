/** `pullgate machine prepare`: enrols a machine that has no network, and writes what is carried to it. */

import type { PreparedMachine } from '@pullgate/agent';
import type { ApiClient } from '../api-client.ts';
import { toUsageError } from '../cli-error.ts';
import { type Command, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { createSecretFile } from '../new-secret-file.ts';
import type { Terminal } from '../terminal.ts';
import { formatTime, toPrintable } from '../wording.ts';

export interface MachinePrepareOptions extends TargetOptions, ListingOptions {
  readonly output?: string;
  /** Seconds. */
  readonly expires?: number;
}

/** Long enough for a parcel, short enough for a key that lies about. */
const DEFAULT_LIFE_S = 30 * 24 * 3600;

/** The server gives a token to whoever may enrol machines (`machines:write`), and to nobody else. */
export const runMachinePrepare: Command<MachinePrepareOptions> = async (context, options, [name = '']) => {
  const { output, expires = DEFAULT_LIFE_S } = options;
  if (output === undefined) throw toUsageError('where should the file be?', 'name it: --output FILE');
  const client = createClient(context, options);
  const file = createSecretFile(output);
  try {
    const prepared = await prepare(client, name, expires * 1000);
    file.write(`${JSON.stringify(prepared)}\n`);
    report(context.terminal, prepared, output, options.json === true);
    return 0;
  } catch (error) {
    file.discard();
    throw error;
  } finally {
    file.close();
  }
};

async function prepare(client: ApiClient, name: string, lifeMs: number): Promise<PreparedMachine> {
  const { token = '' } = await client.createEnrollmentToken({ uses: 1, expiresIn: 600 });
  const { prepareMachine } = await import('@pullgate/agent');
  return await prepareMachine({ server: client.server, token, name, lifeMs });
}

/** Tells nothing that is secret. */
function report(terminal: Terminal, prepared: PreparedMachine, output: string, isJson: boolean): void {
  const { expiresAt, config } = prepared;
  const { machine, organization, fingerprint } = config;
  if (isJson) {
    printJson(terminal, { machine, organization, fingerprint, output, expiresAt });
    return;
  }
  const name = toPrintable(machine.name);
  terminal.out(`prepared ${name} in ${organization.slug} · organization's key ${fingerprint}`);
  terminal.err(
    `  ${output} is the machine's key: carry it to that one machine until ${formatTime(expiresAt)}, show it to nobody`,
  );
  terminal.err('  there: sudo pullgate machine enroll --file FILE');
}
