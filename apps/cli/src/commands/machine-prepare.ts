/** `pullgate machine prepare`: enrols a machine that has no network, and writes what is carried to it. */

import { toUsageError } from '../cli-error.ts';
import { type Command, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { createSecretFile } from '../new-secret-file.ts';
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
    const { token = '' } = await client.createEnrollmentToken({ uses: 1, expiresIn: 600 });
    const { prepareMachine } = await import('@pullgate/agent');
    const prepared = await prepareMachine({ server: client.server, token, name, lifeMs: expires * 1000 });
    file.write(`${JSON.stringify(prepared)}\n`);
    const { machine, organization, fingerprint } = prepared.config;
    const { terminal } = context;
    if (options.json === true) {
      printJson(terminal, { machine, organization, fingerprint, output, expiresAt: prepared.expiresAt });
      return 0;
    }
    terminal.out(`prepared ${toPrintable(name)} in ${organization.slug} · organization's key ${fingerprint}`);
    terminal.err(
      `  ${output} is the machine's key: carry it to that one machine until ${formatTime(prepared.expiresAt)}, show it to nobody`,
    );
    terminal.err(`  there: sudo pullgate machine enroll --file FILE`);
    return 0;
  } catch (error) {
    file.discard();
    throw error;
  }
};
