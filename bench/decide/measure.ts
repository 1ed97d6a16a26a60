/** Measures short calls. Leaves what is called to its callers. */

export interface Timing {
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/** Calls per sample: the clock itself costs about 30 ns, which a sample of one call would mostly consist of. */
const CALLS_PER_SAMPLE = 64;

/** What V8 needs to compile the calls; on a busy machine its compiler threads get to it late, so time alone will not do. */
const WARM_UP_CALLS = 100_000;

/** Calls `run` with rising numbers for about `budgetMs` after warming up, and takes percentiles over samples. */
export function measure(run: (index: number) => unknown, budgetMs: number): Timing {
  let index = 0;
  const startMs = performance.now();
  const isWarm = (elapsedMs: number) =>
    elapsedMs > 3 * budgetMs || (elapsedMs > budgetMs / 2 && index > WARM_UP_CALLS);
  while (!isWarm(performance.now() - startMs)) run(index++);
  const samples: number[] = [];
  const endMs = performance.now() + budgetMs;
  while (performance.now() < endMs) {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS_PER_SAMPLE; call++) run(index++);
    samples.push(Number(process.hrtime.bigint() - start) / CALLS_PER_SAMPLE);
  }
  samples.sort((a, b) => a - b);
  return { p50Ns: percentile(samples, 0.5), p99Ns: percentile(samples, 0.99) };
}

function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
