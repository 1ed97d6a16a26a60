/** The engines of the machine under test, started in a laboratory at their usual paths, with a proxy in their environment. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { Lab } from './lab.ts';
import type { LabProcess } from './process.ts';

/** Puts the private /etc into the state of a machine on which nobody has configured an engine yet. */
export function configureEngines(lab: Lab): void {
  for (const stale of [
    'docker',
    'containerd',
    'containers/registries.conf.d',
    'pullgate',
    'systemd/system/docker.service.d',
  ]) {
    rmSync(lab.path(`/etc/${stale}`), { recursive: true, force: true });
  }
  for (const made of ['docker', 'containerd']) mkdirSync(lab.path(`/etc/${made}`));
  // Debian's init script for docker mounts what it misses below /sys/fs/cgroup, unless this file says that it is done.
  writeFileSync(lab.path('/etc/fstab'), 'cgroup /sys/fs/cgroup none defaults 0 0\n');
  // The Kubernetes plugin wants a network set-up of its own and no test speaks to it.
  writeFileSync(
    lab.path('/etc/containerd/config.toml'),
    'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n',
  );
  writeFileSync(lab.path('/etc/containers/storage.conf'), STORAGE);
  writeFileSync(lab.path('/etc/containers/registries.conf'), '');
  writeFileSync(lab.path('/etc/containers/containers.conf'), toContainersConf(lab));
}

const STORAGE = `[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
`;

function toContainersConf(lab: Lab): string {
  return `[containers]
cgroupns = "host"
cgroups = "disabled"
netns = "host"
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
tmp_dir = "/run/libpod-${lab.name}"
`;
}

/** Environment by which Go programs find the agent. */
export function toProxyEnv(proxy: string): Readonly<Record<string, string>> {
  return { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
}

/** Starts containerd at its usual socket. */
export function startContainerd(lab: Lab): Promise<LabProcess> {
  return lab.start('containerd', ['containerd'], /containerd successfully booted/);
}

/** A second dockerd beside the usual one, with directories of its own and without a bridge. */
export interface DockerdPlace {
  readonly name: string;
  readonly socket: string;
  /** Content of its daemon.json; without it, it reads the usual one. */
  readonly daemonJson?: object;
}

/** Starts dockerd on the containerd that already runs; at its usual socket unless a place is named. */
export function startDockerd(
  lab: Lab,
  env: Readonly<Record<string, string>> = {},
  place?: DockerdPlace,
): Promise<LabProcess> {
  // Control groups are the one thing that namespaces leave visible: under the laboratory's name they are removed with it.
  const argv = ['dockerd', '--containerd=/run/containerd/containerd.sock', `--cgroup-parent=/${lab.name}`];
  const apart = place === undefined ? [] : toPlaceOptions(lab, place);
  return lab.start(place?.name ?? 'dockerd', [...argv, ...apart], /API listen on/, env);
}

function toPlaceOptions(lab: Lab, { name, socket, daemonJson }: DockerdPlace): readonly string[] {
  const places = [`--data-root=/var/lib/${name}`, `--exec-root=/run/${name}`, `--pidfile=/run/${name}.pid`];
  const options = [`--host=unix://${socket}`, ...places, '--bridge=none', '--iptables=false'];
  if (daemonJson === undefined) return options;
  const path = `/etc/${name}.json`;
  writeFileSync(lab.path(path), JSON.stringify(daemonJson));
  return [...options, `--config-file=${path}`];
}

/** Starts dockerd as sysvinit does, by Debian's own init script, which reads /etc/default/docker. */
export async function startDockerService(lab: Lab): Promise<void> {
  writeFileSync(lab.path('/etc/default/docker'), `DOCKER_OPTS="--cgroup-parent=/${lab.name}"\n`);
  const script = lab.path('/etc/init.d/docker');
  // Raising limits is refused where root itself runs in a container; nothing here needs them.
  writeFileSync(script, readFileSync(script, 'utf8').replace(/^\s*ulimit .*$/gm, '$& || true'));
  await lab.must(['service', 'docker', 'start']);
}

/** Without systemd nobody but the administrator knows how dockerd is started, so a plan says that this is left to do. */
export async function restartDockerService(lab: Lab): Promise<void> {
  await lab.must(['service', 'docker', 'restart']);
  await waitForDocker(lab);
}

export async function waitForDocker(lab: Lab): Promise<void> {
  await vi.waitFor(() => lab.must(['docker', 'version']), { timeout: 30_000, interval: 200 });
}
