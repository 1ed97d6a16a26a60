/** Measures short calls. Leaves what is called to its callers. */

export interface Timing {
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/** Calls per sample: the clock itself costs about 30 ns, which a sample of one call would mostly consist of. */
const CALLS_PER_SAMPLE = 64;

/** Calls `run` with rising numbers for about `budgetMs` after warming up, and takes percentiles over samples. */
export function measure(run: (index: number) => unknown, budgetMs: number): Timing {
  let index = 0;
  const until = (endMs: number, each: () => void) => {
    while (performance.now() < endMs) each();
  };
  until(performance.now() + budgetMs / 2, () => run(index++));
  const samples: number[] = [];
  until(performance.now() + budgetMs, () => {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS_PER_SAMPLE; call++) run(index++);
    samples.push(Number(process.hrtime.bigint() - start) / CALLS_PER_SAMPLE);
  });
  samples.sort((a, b) => a - b);
  return { p50Ns: percentile(samples, 0.5), p99Ns: percentile(samples, 0.99) };
}

function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
