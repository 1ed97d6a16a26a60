/** Words the results of the benchmarks as one table. Leaves running and keeping them to `run.ts`. */

interface Stamp {
  readonly at: string;
  readonly machine: { readonly processors: number; readonly model: string; readonly node: string };
}

interface Timing {
  readonly p50Ns: number;
  readonly p99Ns: number;
}

interface Timed {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly max?: number;
}

export type Result = Stamp &
  (
    | {
        readonly name: 'decide';
        readonly cases: readonly (Timing & {
          readonly case: string;
          readonly peers: Readonly<Record<string, Timing>>;
        })[];
      }
    | {
        readonly name: 'relay';
        readonly results: readonly PeerSpeed[];
      }
    | {
        readonly name: 'gateway';
        readonly results: readonly PeerSpeed[];
        readonly smallPulls: {
          readonly pulls: number;
          readonly failed: number;
          readonly p50Ms: number;
          readonly p99Ms: number;
          readonly agentPeakMebibytes: number;
        };
      }
    | {
        readonly name: 'docker-pull' | 'docker-pull-inspected';
        readonly megabytes: number;
        readonly results: readonly Timed[];
        readonly ratio: number;
      }
    | { readonly name: 'publish'; readonly results: readonly Timed[] }
    | {
        readonly name: 'announce';
        readonly machines: number;
        readonly publishToLastMs: number;
        readonly publishToAnswerMs: number;
      }
    | {
        readonly name: 'sign-in';
        readonly people: number;
        readonly signIn: {
          readonly errors: readonly string[];
          readonly seconds: number;
          readonly p50Ms: number;
          readonly p99Ms: number;
        };
        readonly passwordSeconds: number;
      }
    | {
        readonly name: 'console';
        readonly decisions: number;
        readonly machines: number;
        readonly routes: readonly ConsoleCall[];
      }
  );

interface PeerSpeed {
  readonly peer: string;
  readonly medianBytesPerSecond?: number;
  readonly medianCpuSeconds?: number;
  readonly skipped?: string;
}

interface ConsoleCall {
  readonly what: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

interface Row {
  readonly what: string;
  readonly ours: string;
  readonly beside: string;
  readonly goal: string;
}

/** Ratios of ours to a HAProxy at which the relay is good enough. */
const RELAY_GOALS: Readonly<Record<string, number>> = {
  'haproxy, as shipped': 1.3,
  'haproxy, tune.bufsize 262144': 0.8,
};

/** @param results in the order in which they are to stand */
export function formatReport(results: readonly Result[]): string {
  const rows = results.flatMap(toRows);
  const stamps = new Set(
    results.map(
      ({ at, machine }) => `${at}, ${machine.processors} × ${machine.model}, Node.js ${machine.node}`,
    ),
  );
  return [
    `Measured ${[...stamps].join('; ')}.`,
    '',
    '| what | Pullgate | beside it, in the same run | goal |',
    '|---|---|---|---|',
    ...rows.map(({ what, ours, beside, goal }) => `| ${what} | ${ours} | ${beside} | ${goal} |`),
    '',
  ].join('\n');
}

function toRows(result: Result): Row[] {
  switch (result.name) {
    case 'decide':
      return result.cases.map((one) => ({
        what: `decide, ${one.case}, p50 (p99)`,
        ours: `${ns(one.p50Ns)} (${ns(one.p99Ns)})`,
        beside: Object.entries(one.peers)
          .map(([peer, timing]) => `${peer} ${ns(timing.p50Ns)}`)
          .join(', '),
        goal: verdict('p50 ≤ 1 µs', one.p50Ns <= 1_000),
      }));
    case 'relay':
      return toRelayRows(result.results);
    case 'gateway':
      return [
        ...toGatewayRows(result.results, 'pull'),
        ...toGatewayRows(result.results, 'push'),
        toSmallPullRow(result),
      ];
    case 'docker-pull':
    case 'docker-pull-inspected': {
      const isInspected = result.name === 'docker-pull-inspected';
      const goal = isInspected ? 1.1 : 1.05;
      return [
        {
          what: `docker pull of ${result.megabytes} MB${isInspected ? ', inspected' : ''}`,
          ours: seconds(result.results, 'proxy'),
          beside: `direct ${seconds(result.results, 'direct')} (medians); median of the ratios round by round ${result.ratio.toFixed(3)}`,
          goal: verdict(`≤ ${goal} × direct`, result.ratio <= goal),
        },
      ];
    }
    case 'publish':
      return result.results.map(({ name, median, max = median }) => ({
        what: `${name}, median (max)`,
        ours: `${median.toFixed(0)} ms (${max.toFixed(0)} ms)`,
        beside: 'the original: up to 24 h by its documentation',
        goal: verdict('≤ 1 s', max <= 1_000),
      }));
    case 'announce':
      return [
        {
          what: `publish to the last of ${result.machines} machines`,
          ours: `${result.publishToLastMs.toFixed(0)} ms`,
          beside: `owner has the answer after ${result.publishToAnswerMs.toFixed(0)} ms`,
          goal: verdict('≤ 1 s', result.publishToLastMs <= 1_000),
        },
      ];
    case 'sign-in': {
      const { people, signIn, passwordSeconds } = result;
      return [
        {
          what: `${people} sign-ins, password and device flow, p50 (p99)`,
          ours: `${signIn.seconds.toFixed(1)} s, ${signIn.errors.length} errors, ${(signIn.p50Ms / 1000).toFixed(1)} s (${(signIn.p99Ms / 1000).toFixed(1)} s)`,
          beside: `the passwords alone (Argon2id): ${passwordSeconds.toFixed(1)} s`,
          goal: verdict('1,000 in a minute, no error', signIn.seconds <= 60 && signIn.errors.length === 0),
        },
      ];
    }
    case 'console':
      return toConsoleRows(result);
  }
}

/** A row for each kind of call: of several, the slowest by p95. */
function toConsoleRows({ decisions, machines, routes }: Extract<Result, { name: 'console' }>): Row[] {
  const slowest = new Map<string, ConsoleCall>();
  for (const call of routes)
    if (call.p95Ms >= (slowest.get(call.what)?.p95Ms ?? 0)) slowest.set(call.what, call);
  return [...slowest.values()].map(({ what, p50Ms, p95Ms }) => ({
    what: `console, ${what}, p50 (p95)`,
    ours: `${p50Ms.toFixed(0)} ms (${p95Ms.toFixed(0)} ms)`,
    beside: `${decisions} decisions, ${machines} machines`,
    goal: verdict('p95 ≤ 300 ms', p95Ms <= 300),
  }));
}

/** Ratios of ours to a peer at which the gateway is good enough. */
const GATEWAY_GOALS: Readonly<Record<string, number>> = { 'nginx, 128 KiB buffers': 0.9, mitmproxy: 5 };

function toGatewayRows(results: readonly PeerSpeed[], direction: 'pull' | 'push'): Row[] {
  const what = `inspected ${direction} of 1 GiB in 50 layers`;
  const own = results.find(({ peer }) => peer === `${direction}: pullgate`);
  const speed = own?.medianBytesPerSecond ?? 0;
  return results
    .filter(({ peer }) => peer.startsWith(`${direction}: `) && peer !== own?.peer)
    .map(({ peer, medianBytesPerSecond: theirs = Number.NaN, medianCpuSeconds: cpu = 0 }) => {
      const name = peer.slice(`${direction}: `.length);
      const goal = GATEWAY_GOALS[name];
      const ratio = speed / theirs;
      const spent = cpu > 0 ? `, processor ${cpu.toFixed(1)} s` : '';
      return {
        what,
        ours: `${gigabytes(speed)}, processor ${(own?.medianCpuSeconds ?? 0).toFixed(1)} s`,
        beside: `${name} ${gigabytes(theirs)}${spent}; ratio ${ratio.toFixed(2)}`,
        goal: goal === undefined ? '' : verdict(`ratio ≥ ${goal}`, ratio >= goal),
      };
    });
}

function toSmallPullRow({ smallPulls }: Extract<Result, { name: 'gateway' }>): Row {
  const { pulls, failed, p50Ms, p99Ms, agentPeakMebibytes } = smallPulls;
  return {
    what: `${pulls} inspected small pulls at once, p50 (p99)`,
    ours: `${p50Ms} ms (${p99Ms} ms), ${failed} failed, agent at most ${agentPeakMebibytes} MiB`,
    beside: '',
    goal: verdict('none fails, ≤ 150 MiB', failed === 0 && agentPeakMebibytes <= 150),
  };
}

function toRelayRows(results: Extract<Result, { name: 'relay' }>['results']): Row[] {
  const own = results.find(({ peer }) => peer === 'pullgate')?.medianBytesPerSecond ?? 0;
  return results
    .filter(({ peer }) => peer !== 'pullgate')
    .map(({ peer, medianBytesPerSecond: theirs, skipped }) => {
      const goal = RELAY_GOALS[peer];
      if (theirs === undefined)
        return {
          what: 'relay of 1 GiB',
          ours: gigabytes(own),
          beside: `${peer}: not run, ${skipped}`,
          goal: '',
        };
      const ratio = own / theirs;
      return {
        what: 'relay of 1 GiB',
        ours: gigabytes(own),
        beside: `${peer} ${gigabytes(theirs)}; ratio ${ratio.toFixed(2)}`,
        goal: goal === undefined ? '' : verdict(`ratio ≥ ${goal}`, ratio >= goal),
      };
    });
}

function verdict(goal: string, met: boolean): string {
  return `${goal}: ${met ? 'met' : '**missed**'}`;
}

function ns(value: number): string {
  return value < 10_000 ? `${value.toFixed(0)} ns` : `${(value / 1_000).toFixed(0)} µs`;
}

function gigabytes(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e9).toFixed(2)} GB/s`;
}

function seconds(results: readonly Timed[], name: string): string {
  return `${results.find((result) => result.name === name)?.median.toFixed(2) ?? '?'} s`;
}
