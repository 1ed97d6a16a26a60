/** Settles when the process is asked to end. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
  });
}
