/** Declares what runs on this machine: `up`, `down`, `server`, `agent`. */

import type { Command } from 'commander';
import { declareCommand, onRun, type Runner, withJson, withYes } from './declare.ts';

export function declareRunCommands(program: Command, runner: Runner): void {
  declareUp(program, runner);
  declareServer(program, runner);
  declareAgent(program, runner);
}

function declareUp(program: Command, runner: Runner): void {
  const up = declareCommand(program, 'up', {
    summary: 'run control plane and agent on this machine',
    examples: [
      ['pullgate up', 'set up on first use, then run until Ctrl-C'],
      ['pullgate up --detach', 'run in the background; end it with pullgate down'],
      ['pullgate up --data-dir /srv/pullgate --yes --json', 'unattended, one JSON line when ready'],
    ],
  })
    .option('--data-dir <dir>', 'where everything is kept (default: $XDG_STATE_HOME/pullgate)')
    .option('--listen <host:port>', 'address of the control plane', '127.0.0.1:7080')
    .option('--proxy-listen <host:port>', 'address of the agent’s proxy', '127.0.0.1:7081')
    .option('--organization <slug>', 'name of the organization that is set up on first use')
    .option('--watch', 'start again when a source file changes')
    .option('--detach', 'run in the background')
    .option('--verbose', 'show the logs on stderr as well')
    .option('--json', 'print one JSON line when ready, and nothing else');
  onRun(withYes(up), runner, async () => (await import('../commands/up.ts')).runUp);

  const down = declareCommand(program, 'down', {
    summary: 'end what pullgate up runs in the background',
    examples: [['pullgate down', 'end it, gently']],
  }).option('--data-dir <dir>', 'the directory it was started with (default: $XDG_STATE_HOME/pullgate)');
  onRun(down, runner, async () => (await import('../commands/down.ts')).runDown);
}

function declareServer(program: Command, runner: Runner): void {
  const server = declareCommand(program, 'server', {
    summary: 'run the control plane alone, for a fleet',
    examples: [
      ['pullgate server --data-dir /var/lib/pullgate-server', 'on this machine only'],
      [
        'pullgate server --listen 0.0.0.0:443 --public-url https://pullgate.acme.example --tls-cert c.pem --tls-key k.pem',
        'for the network',
      ],
      ['pullgate server backup /backup/pullgate.db', 'a consistent copy while it runs'],
    ],
  });
  withServerOptions(server)
    .option('--listen <host:port>', 'address to listen on', '127.0.0.1:7080')
    .option('--public-url <url>', 'origin that people and machines use')
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
    .option(
      '--trust-proxy [address...]',
      'reverse proxies whose X-Forwarded-For is believed (default: this machine)',
    )
    .option(
      '--smtp-url <url>',
      'mail server, smtp://HOST:PORT or smtps://USER@HOST (default: into the outbox)',
    )
    .option('--smtp-password-file <file>', 'its password, on the first line')
    .option('--mail-from <address>', 'sender of mail; needed with --smtp-url')
    .option('--dns-servers <addresses...>', 'asked for the TXT records of domains (default: the system’s)')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent', 'info')
    .enablePositionalOptions();
  onRun(server, runner, async () => (await import('../commands/server.ts')).runServer);

  const backup = declareCommand(server, 'backup <file>', {
    summary: 'write a consistent copy of database and keys',
    examples: [['pullgate server backup /backup/pullgate.db', 'works while the server runs']],
  });
  onRun(
    withJson(withServerOptions(backup)),
    runner,
    async () => (await import('../commands/server.ts')).runServerBackup,
  );

  const restore = declareCommand(server, 'restore <file>', {
    summary: 'put a copy back, with revisions that go on upwards',
    examples: [['pullgate server restore /backup/pullgate.db', 'the server must not run']],
  });
  onRun(
    withYes(withJson(withServerOptions(restore))),
    runner,
    async () => (await import('../commands/server.ts')).runServerRestore,
  );
}

const withServerOptions = (command: Command): Command =>
  command.option('--data-dir <dir>', 'directory of database and keys', '/var/lib/pullgate-server');

function declareAgent(program: Command, runner: Runner): void {
  const agent = declareCommand(program, 'agent', {
    summary: 'run the agent of this machine, point engines at it',
    examples: [
      ['sudo pullgate agent install', 'show what changes, ask, then point Docker at the agent'],
      ['pullgate agent install --dry-run', 'show what would change, and change nothing'],
      ['sudo pullgate agent uninstall', 'put everything back as it was'],
    ],
  });
  const run = declareCommand(agent, 'run', {
    summary: 'run the agent in the foreground, as its service does',
    examples: [['pullgate agent run', 'after pullgate machine enroll']],
  })
    .option(
      '--data-dir <dir>',
      'keep everything below it (default: /etc/pullgate, /var/lib/pullgate-agent, /run/pullgate)',
    )
    .option(
      '--proxy-listen <host:port>',
      'address of the proxy (default: as agent.json says, or 127.0.0.1:7081)',
    )
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent', 'info');
  onRun(run, runner, async () => (await import('../commands/agent-run.ts')).runAgentRun);

  const install = withInstallOptions(
    declareCommand(agent, 'install', {
      summary: 'point the engines of this machine at the agent',
      examples: [
        ['sudo pullgate agent install', 'show the plan, ask, do it'],
        ['sudo pullgate agent install --no-restart --yes', 'in force after the next restart of Docker'],
        ['sudo pullgate agent install --only trust', 'what the policy wants inspected, and nothing else'],
        ['pullgate agent install --dry-run --json', 'the plan, for programs'],
      ],
    }),
  )
    .option(
      '--only <part...>',
      'only these parts: docker (its proxy, the services), trust (certificates, mirrors)',
    )
    .option(
      '--data-dir <dir>',
      'where the agent keeps its files (default: the installed agent’s, or that of pullgate up)',
    )
    .option('--proxy <url>', 'address of the agent’s proxy', 'http://127.0.0.1:7081')
    .option('--docker-version <version>', 'do not ask dockerd for its version, for images');
  onRun(install, runner, async () => (await import('../commands/agent-install.ts')).runAgentInstall);

  const uninstall = withInstallOptions(
    declareCommand(agent, 'uninstall', {
      summary: 'put back what install changed',
      examples: [
        ['sudo pullgate agent uninstall', 'show the plan, ask, do it'],
        ['pullgate agent uninstall --dry-run', 'show it only'],
      ],
    }),
  );
  onRun(uninstall, runner, async () => (await import('../commands/agent-install.ts')).runAgentUninstall);
}

const withInstallOptions = (command: Command): Command =>
  withYes(withJson(command))
    .option('--no-restart', 'restart no engine')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--root <dir>', 'root of the file system to change, for images', '/');
