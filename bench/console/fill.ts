/** Fills a data directory with a fleet that was watched for a month, straight into the database: 5,000 machines, a million decisions. */

import { DatabaseSync } from 'node:sqlite';

export interface Fleet {
  readonly file: string;
  readonly organizationId: string;
  readonly machines: number;
  readonly registries: readonly string[];
  readonly decisions: number;
  readonly now: number;
}

const DAY_MS = 24 * 3600_000;
const SPAN_MS = 30 * DAY_MS;

/** As migration 0301 found it, so that the server counts the attempts when it starts. */
const BACK = [
  'drop table attempt_hours',
  'drop table denied_hours',
  'drop index decisions_registry',
  'drop index decisions_person',
  'drop index if exists decisions_denied_registry',
  "delete from migrations where name in ('0301-attempts', '0303-denied-registry')",
];

export function fillFleet(fleet: Fleet): void {
  const db = new DatabaseSync(fleet.file, { enableForeignKeyConstraints: false });
  db.exec('pragma synchronous = off');
  for (const statement of BACK) db.exec(statement);
  db.exec('begin');
  fillMachines(db, fleet);
  fillDecisions(db, fleet);
  db.exec('commit');
  db.close();
}

/** The same numbers in every run. */
function createRandom(): () => number {
  let state = 42;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function fillMachines(db: DatabaseSync, { organizationId, machines, now }: Fleet): void {
  const insert =
    db.prepare(`insert into machines (id, organization_id, name, os, arch, agent_version, protocol,
    public_key, ephemeral, enrollment_token_id, enrolled_at, last_seen_at, policy_epoch, policy_revision,
    acknowledged_at, points, engines, log_pending, log_dropped)
    values (?, ?, ?, ?, 'x64', '0.1.0', 1, ?, 0, 'bench', ?, ?, 1, ?, ?, ?, ?, 0, 0)`);
  const log = db.prepare(
    "insert into decision_logs (id, machine_id, log, high, gaps, last_at) values (?, ?, 'bench', ?, '[]', ?)",
  );
  const points = JSON.stringify([{ name: 'proxy', state: 'on' }]);
  for (let n = 0; n < machines; n += 1) {
    const engines = [{ name: 'docker', version: '28.2', wired: n % 50 !== 0, depth: 'host' }];
    const seen = n % 10 === 0 ? now - DAY_MS : now;
    const name = `laptop-${String(n).padStart(5, '0')}`;
    const revision = n % 40 === 0 ? 1 : 2;
    const os = n % 3 === 0 ? 'darwin' : 'linux';
    const id = `machine-${n}`;
    insert.run(
      id,
      organizationId,
      name,
      os,
      id,
      now - SPAN_MS,
      seen,
      revision,
      now - 1000,
      points,
      JSON.stringify(engines),
    );
    log.run(n + 1, id, 1_000_000, now);
  }
}

function fillDecisions(db: DatabaseSync, fleet: Fleet): void {
  const { organizationId, machines, registries, decisions, now } = fleet;
  const insert =
    db.prepare(`insert into decisions (log_id, seq, organization_id, machine_id, at, received_at, point,
    depth, verdict, effect, mode, reason, rule_id, revision, registry, repository, tag, action, user_id, engine, message)
    values (?, ?, ?, ?, ?, ?, ?, 'full', ?, ?, ?, ?, ?, 2, ?, ?, 'latest', ?, ?, 'docker/28.2', ?)`);
  const random = createRandom();
  for (let n = 0; n < decisions; n += 1) {
    const machine = Math.floor(random() * machines);
    const at = now - SPAN_MS + Math.floor((n / decisions) * SPAN_MS);
    // A few registries have most of the traffic.
    const registry = registries[Math.floor(random() ** 4 * registries.length)] ?? 'docker.io';
    const isDenied = random() < 0.15;
    const isObserved = isDenied && random() < 0.3;
    insert.run(
      machine + 1,
      n,
      organizationId,
      `machine-${machine}`,
      at,
      at,
      random() < 0.7 ? 'proxy' : 'gateway',
      isDenied ? 'deny' : 'allow',
      isDenied && !isObserved ? 'refuse' : 'forward',
      isObserved ? 'observe' : 'enforce',
      isDenied ? 'NOT_LISTED' : 'RULE_ALLOWED',
      isDenied ? null : 'hub',
      registry,
      `team-${Math.floor(random() * 200)}/app-${Math.floor(random() * 50)}`,
      random() < 0.9 ? 'pull' : random() < 0.999 ? 'push' : 'delete',
      `person-${machine % 2000}`,
      isDenied ? `acme does not allow ${registry} (not listed, r2).` : null,
    );
  }
}
