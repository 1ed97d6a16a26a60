/** The tables of hosts that registries were seen to use, as Kysely types. */

export interface RegistryHostTables {
  readonly registry_hosts: RegistryHostsTable;
  readonly registry_host_machines: RegistryHostMachinesTable;
  readonly registry_host_overflow: RegistryHostOverflowTable;
}

export interface RegistryHostsTable {
  readonly id: string;
  readonly organization_id: string;
  readonly registry: string;
  readonly host: string;
  /** What it was seen as: words of the protocol, sorted, with spaces between them. */
  readonly kinds: string;
  readonly state: 'waiting' | 'accepted' | 'dismissed';
  readonly first_seen_at: number;
  readonly last_seen_at: number;
  readonly decided_at: number | null;
  /** Null beside a time: a policy that was published knows the host. */
  readonly decided_by: string | null;
}

export interface RegistryHostMachinesTable {
  readonly registry_host_id: string;
  readonly machine_id: string;
  readonly kind: string;
  /** When the machine began to count; another time means that it had forgotten, and counts from the start. */
  readonly counted_since: number;
  readonly attempts: number;
  /** What it had counted before it forgot. */
  readonly attempts_before: number;
}

/** The last day on which a machine's limits, or the server's own (machine `server`), left hosts of a registry out. */
export interface RegistryHostOverflowTable {
  readonly organization_id: string;
  readonly registry: string;
  readonly machine_id: string;
  readonly day: string;
  readonly sightings: number;
}
