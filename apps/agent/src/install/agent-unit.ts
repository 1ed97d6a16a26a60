/** The agent's own systemd units and its account, so that a reboot does not leave engines without their proxy. */

import { createOwnFile, type FileEdit } from './file-edit.ts';

export const AGENT_UNIT = 'pullgate-agent.service';
export const ENROL_UNIT = 'pullgate-enrol.service';
export const TRUST_UNIT = 'pullgate-trust.service';
export const TRUST_PATH_UNIT = 'pullgate-trust.path';
export const TRUST_TIMER_UNIT = 'pullgate-trust.timer';
export const AGENT_CONFIG_PATH = '/etc/pullgate/agent.json';
const ENROLMENT_PATH = '/etc/pullgate/enrolment.json';
const UNITS_PATH = '/etc/systemd/system';
const DATA_DIRECTORY = '/var/lib/pullgate-agent';
const SYSUSERS_PATH = '/etc/sysusers.d/pullgate.conf';

export interface AgentUnitOptions {
  readonly binPath: string;
  /** `HOST:PORT`, as engines are told. */
  readonly proxyListen: string;
  /** Where the agent keeps its policy; the installed agent's unless told otherwise. */
  readonly dataDir?: string;
}

export function createAgentUnitEdits({
  binPath,
  proxyListen,
  dataDir,
}: AgentUnitOptions): readonly FileEdit[] {
  return [
    createOwnFile(
      SYSUSERS_PATH,
      'the account that the agent runs under, without rights of its own',
      'u pullgate - "Pullgate agent" /var/lib/pullgate-agent\n',
    ),
    createOwnFile(
      `${UNITS_PATH}/${AGENT_UNIT}`,
      'starts the agent at boot, before Docker',
      formatUnit(binPath, proxyListen),
    ),
    createOwnFile(
      `${UNITS_PATH}/${ENROL_UNIT}`,
      'enrols this machine where an enrolment.json was left, then starts the agent',
      formatEnrolUnit(binPath),
    ),
    createOwnFile(
      `${UNITS_PATH}/${TRUST_UNIT}`,
      'makes the certificates of the registries that the policy wants inspected',
      formatTrustUnit(binPath, dataDir),
    ),
    createOwnFile(
      `${UNITS_PATH}/${TRUST_PATH_UNIT}`,
      'does so as soon as the agent has another policy',
      formatTrustPath(dataDir ?? DATA_DIRECTORY),
    ),
    createOwnFile(
      `${UNITS_PATH}/${TRUST_TIMER_UNIT}`,
      'and once a day, before certificates expire',
      formatTrustTimer(),
    ),
  ];
}

/** Inside /home the command itself would be hidden. */
const toProtectHome = (binPath: string): string => (/^\/(home|root)\//.test(binPath) ? 'read-only' : 'yes');

/** A space or a percent sign in the path would be read by systemd. */
const quoteWord = (word: string): string => `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;

/** For both units. */
const CONFINEMENT = `ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service`;

/** Without MemoryDenyWriteExecute, which stops the compiler inside Node. */
function formatUnit(binPath: string, proxyListen: string): string {
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Unit]
Description=Pullgate agent
Wants=network-online.target
After=network-online.target
Before=docker.service
ConditionPathExists=${AGENT_CONFIG_PATH}
StartLimitIntervalSec=0

[Service]
User=pullgate
Group=pullgate
ExecStart=${quoteWord(binPath)} agent run --proxy-listen ${proxyListen}
Restart=always
RestartSec=1
TimeoutStopSec=10
StateDirectory=pullgate-agent
StateDirectoryMode=0700
RuntimeDirectory=pullgate
RuntimeDirectoryMode=0755
UMask=0077
LimitNOFILE=65536
LimitCORE=0
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=${toProtectHome(binPath)}
PrivateTmp=yes
PrivateDevices=yes
${CONFINEMENT}

[Install]
WantedBy=multi-user.target
`;
}

/**
 * Runs as root, since pinning an organization is root's to do, and apart from the agent, so that neither the agent nor Docker
 * waits for the network. Without Restart, which systemd below 244 refuses here: the command itself waits for its server. The capabilities are for the agent's directory, which is not root's. `start` does nothing to an agent
 * that runs.
 */
function formatEnrolUnit(binPath: string): string {
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Unit]
Description=Pullgate enrolment
Wants=network-online.target
After=network-online.target
ConditionPathExists=${ENROLMENT_PATH}

[Service]
Type=oneshot
ExecStart=${quoteWord(binPath)} machine enroll --unattended
ExecStartPost=systemctl start --no-block ${AGENT_UNIT}
TimeoutStartSec=infinity
UMask=0077
LimitCORE=0
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/etc/pullgate /var/lib
ProtectHome=${toProtectHome(binPath)}
PrivateTmp=yes
PrivateDevices=yes
${CONFINEMENT}

[Install]
WantedBy=multi-user.target
`;
}

/** Paths in units are read by systemd up to the end of the line. */
const quotePath = (path: string): string => path.replaceAll('%', '%%');

/**
 * Root, since engines' directories are root's, and without network: it believes nothing but the signed policy. The capabilities
 * are for files in the agent's directory, which are written with the rights of the agent's account.
 */
function formatTrustUnit(binPath: string, dataDir: string | undefined): string {
  const option = dataDir === undefined ? '' : ` --data-dir ${quoteWord(dataDir)}`;
  // Twice: a policy that comes during the first run wakes no path unit.
  const command = `ExecStart=${quoteWord(binPath)} agent install --only trust --yes${option}`;
  const isHidden = /^\/(home|root)\//.test(dataDir ?? '');
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Unit]
Description=Pullgate trust
StartLimitIntervalSec=0

[Service]
Type=oneshot
${command}
${command}
TimeoutStartSec=120
UMask=0022
LimitCORE=0
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETUID
NoNewPrivileges=yes
PrivateNetwork=yes
ProtectSystem=strict
ReadWritePaths=/etc /var/lib${dataDir === undefined ? '' : ` ${quoteWord(dataDir)}`}
ProtectHome=${isHidden ? 'no' : toProtectHome(binPath)}
PrivateTmp=yes
PrivateDevices=yes
${CONFINEMENT}
`;
}

/** The agent exchanges both files in one step each. */
function formatTrustPath(dataDir: string): string {
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Unit]
Description=Pullgate trust, when the policy changes

[Path]
PathChanged=${quotePath(dataDir)}/policy.bundle.json
PathChanged=${quotePath(dataDir)}/assignment.bundle.json
Unit=${TRUST_UNIT}

[Install]
WantedBy=multi-user.target
`;
}

function formatTrustTimer(): string {
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Unit]
Description=Pullgate trust, once a day

[Timer]
OnCalendar=daily
OnBootSec=5min
RandomizedDelaySec=1h
Persistent=yes
Unit=${TRUST_UNIT}

[Install]
WantedBy=timers.target
`;
}
