/** The agent's own systemd unit and its account, so that a reboot does not leave engines without their proxy. */

import { createOwnFile, type FileEdit } from './file-edit.ts';

export const AGENT_UNIT = 'pullgate-agent.service';
export const AGENT_CONFIG_PATH = '/etc/pullgate/agent.json';
const UNIT_PATH = `/etc/systemd/system/${AGENT_UNIT}`;
const SYSUSERS_PATH = '/etc/sysusers.d/pullgate.conf';

/** @param proxyListen `HOST:PORT`, as engines are told */
export function createAgentUnitEdits(binPath: string, proxyListen: string): readonly FileEdit[] {
  return [
    createOwnFile(
      SYSUSERS_PATH,
      'the account that the agent runs under, without rights of its own',
      'u pullgate - "Pullgate agent" /var/lib/pullgate-agent\n',
    ),
    createOwnFile(UNIT_PATH, 'starts the agent at boot, before Docker', formatUnit(binPath, proxyListen)),
  ];
}

/** A space or a percent sign in the path would be read by systemd. */
const quoteWord = (word: string): string => `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;

/** Without MemoryDenyWriteExecute, which stops the compiler inside Node. */
function formatUnit(binPath: string, proxyListen: string): string {
  const home = /^\/(home|root)\//.test(binPath) ? 'read-only' : 'yes';
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Unit]
Description=Pullgate agent
Wants=network-online.target
After=network-online.target
Before=docker.service
ConditionPathExists=${AGENT_CONFIG_PATH}

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
ProtectHome=${home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
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
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
}
