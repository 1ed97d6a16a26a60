/** Declares what an owner decides: `registry`, `policy`, `mode`. */

import { type Command, Option } from 'commander';
import {
  choice,
  collect,
  declareCommand,
  onRun,
  type Runner,
  toIntegerParser,
  withJson,
  withPaging,
  withTarget,
  withYes,
} from './declare.ts';

export function declarePolicyCommands(program: Command, runner: Runner): void {
  declareRegistry(program, runner);
  declareReading(declarePolicy(program, runner), runner);
  const mode = declareCommand(program, 'mode', {
    summary: 'show the mode, or change it at once',
    examples: [
      ['pullgate mode', 'show it'],
      ['pullgate mode observe', 'record what would be denied, deny nothing'],
      ['pullgate mode enforce', 'show what would have been denied, ask, then deny it'],
      ['pullgate mode enforce --team platform', 'one team first'],
    ],
  })
    .addArgument(choice('[mode]', 'the new mode', ['off', 'observe', 'enforce']))
    .option('--team <id>', 'only for this team')
    .option('--force', 'enforce although nothing would be allowed');
  onRun(
    withYes(withJson(withTarget(mode))),
    runner,
    async () => (await import('../commands/mode.ts')).runMode,
  );
}

function declareRegistry(program: Command, runner: Runner): void {
  const registry = declareCommand(program, 'registry', {
    summary: 'list, add, edit or remove registries, in the draft; ask one what it is made of',
    examples: [
      ['pullgate registry list', 'what the draft allows'],
      ['pullgate registry add quay.io', 'allow quay.io, in the draft'],
      ['pullgate registry edit docker.io --access none', 'block Docker Hub'],
    ],
  });
  const list = declareCommand(registry, 'list', {
    summary: 'list the registries of the draft',
    examples: [['pullgate registry list --json', 'for programs']],
  });
  onRun(
    withJson(withTarget(list)),
    runner,
    async () => (await import('../commands/registry.ts')).runRegistryList,
  );

  const add = declareCommand(registry, 'add <host>', {
    summary: 'allow a registry, or a pattern of them (*.x is one label, **.x one or more)',
    examples: [
      ['pullgate registry add registry.acme.example:5000', 'pull and push'],
      ["pullgate registry add quay.io --access pull --repositories 'prometheus/**'", 'one project, to pull'],
      [
        'pullgate registry add mirror.acme.example --access pull --mirror-of docker.io',
        'engines are led here in the place of Docker Hub',
      ],
      ["pullgate registry add '*.dkr.ecr.eu-west-1.amazonaws.com' --teams platform", 'for one team'],
    ],
  }).option('--id <id>', 'name that sentences cite (default: made from the host)');
  onRun(
    withRegistryFields(add).option(
      '--mirror-of <registry[/prefix]>',
      'the registry whose content it mirrors',
    ),
    runner,
    async () => (await import('../commands/registry.ts')).runRegistryAdd,
  );

  const edit = declareCommand(registry, 'edit <id-or-host>', {
    summary: 'change what is given, keep the rest',
    examples: [
      ['pullgate registry edit quay.io --access pull,push', 'allow pushes as well'],
      ['pullgate registry edit quay --repositories all', 'lift a limit'],
    ],
  }).option('--host <host>', 'another host or pattern');
  onRun(
    withRegistryFields(edit)
      .option('--no-insecure', 'only by TLS')
      .option('--mirror-of <registry[/prefix]>', 'the registry whose content it mirrors, or "none"'),
    runner,
    async () => (await import('../commands/registry.ts')).runRegistryEdit,
  );

  const remove = declareCommand(registry, 'remove <id-or-host>', {
    summary: 'take a registry off the list',
    examples: [['pullgate registry remove quay.io', 'denied again once applied']],
  });
  onRun(
    withJson(withTarget(remove)),
    runner,
    async () => (await import('../commands/registry.ts')).runRegistryRemove,
  );

  const discover = declareCommand(registry, 'discover <host[/repository]>', {
    summary: 'ask a registry which hosts it is made of, and compare them with the catalog',
    examples: [
      ['pullgate registry discover quay.io', 'is it a registry, and where do its tokens come from'],
      [
        'pullgate registry discover quay.io/prometheus/node-exporter',
        'with a pull of one byte, where its blobs are',
      ],
      ['pullgate registry discover registry.acme.example --ca acme.pem', 'with an authority of its own'],
    ],
  })
    .option('--ca <file>', 'further authorities to trust, PEM')
    .option('--insecure', 'by plain HTTP');
  onRun(
    withJson(discover),
    runner,
    async () => (await import('../commands/registry-discover.ts')).runRegistryDiscover,
  );
  declareRegistryHosts(registry, runner);
}

const loadHosts = () => import('../commands/registry-host.ts');

function declareRegistryHosts(registry: Command, runner: Runner): void {
  const host = declareCommand(registry, 'host', {
    summary: 'hosts that registries began to use and that nobody knew: list, accept, dismiss',
    examples: [
      ['pullgate registry host list', 'what waits for a decision'],
      ['pullgate registry host accept ghcr.io cdn.example.com', 'into the draft'],
    ],
  });
  const list = declareCommand(host, 'list', {
    summary: 'list the hosts that machines saw registries use',
    examples: [
      ['pullgate registry host list', 'those that wait'],
      ['pullgate registry host list --registry ghcr.io --state accepted', 'of one registry, decided'],
    ],
  })
    .option('--registry <host>', 'only of this registry')
    .addOption(
      new Option('--state <state>', 'only these (default: waiting)').choices([
        'waiting',
        'accepted',
        'dismissed',
      ]),
    );
  onRun(withPaging(withJson(withTarget(list))), runner, async () => (await loadHosts()).runRegistryHostList);

  const accept = declareCommand(host, 'accept <registry> <host>', {
    summary: 'add a host to what the registry is made of, in the draft',
    examples: [
      ['pullgate registry host accept ghcr.io cdn.example.com', 'opens with ghcr.io once applied'],
      ['pullgate registry host accept ghcr.io store.example.com --as shared', 'followed, never opened'],
    ],
  }).addOption(
    new Option('--as <what>', 'what it is (default: as it was seen)').choices(['token', 'blobs', 'shared']),
  );
  onRun(withJson(withTarget(accept)), runner, async () => (await loadHosts()).runRegistryHostAccept);

  const dismiss = declareCommand(host, 'dismiss <registry> <host>', {
    summary: 'be warned of a host no more; the policy stays as it is',
    examples: [['pullgate registry host dismiss ghcr.io ads.example.com', 'decided']],
  });
  onRun(withJson(withTarget(dismiss)), runner, async () => (await loadHosts()).runRegistryHostDismiss);
}

const withRegistryFields = (command: Command): Command =>
  withJson(withTarget(command))
    .option('--name <name>', 'name for people')
    .option('--access <actions>', 'pull, push, delete, catalog with commas; none blocks it')
    .option('--repositories <patterns>', 'a/* is one segment, a/** one or more; all lifts the limit', collect)
    .option('--tags <patterns>', 'tags, * for any run of characters; all lifts the limit', collect)
    .option('--digests <digests>', 'only these digests; all lifts the limit', collect)
    .option('--teams <ids>', 'only for these teams; everyone lifts the limit', collect)
    .option('--insecure', 'plain HTTP is allowed')
    .addOption(
      new Option('--when-host-only <verdict>', 'where only the host can be seen').choices(['allow', 'deny']),
    )
    .option('--because <text>', 'why, for the people who are stopped');

function declarePolicy(program: Command, runner: Runner): Command {
  const policy = declareCommand(program, 'policy', {
    summary: 'the rules: show, edit, test, publish, go back',
    examples: [
      ['pullgate policy edit', 'change the draft in your editor'],
      ['pullgate policy diff', 'what the draft would change'],
      ['pullgate policy apply', 'test it, show its effect, ask, publish'],
    ],
  });
  const edit = declareCommand(policy, 'edit', {
    summary: 'edit the draft as YAML',
    examples: [
      ['pullgate policy edit', 'in $EDITOR; problems are shown with their lines'],
      ['pullgate policy edit --file policy.yaml', 'from a file (- for standard input)'],
    ],
  }).option('--file <file>', 'take the document from here instead of an editor');
  onRun(
    withJson(withTarget(edit)),
    runner,
    async () => (await import('../commands/policy-edit.ts')).runPolicyEdit,
  );

  const apply = declareCommand(policy, 'apply', {
    summary: 'publish the draft as the next revision',
    examples: [
      ['pullgate policy apply', 'show tests and effect, ask, publish, wait for the machines'],
      ['pullgate policy apply --file policy.yaml --yes', 'from a repository, in CI'],
    ],
  })
    .option('--file <file>', 'replace the draft by this document first (- for standard input)')
    .option('--comment <text>', 'why, for the history')
    .option('--force', 'publish although the server warns that it shuts people out');
  onRun(
    withYes(withJson(withTarget(apply))),
    runner,
    async () => (await import('../commands/policy-apply.ts')).runPolicyApply,
  );
  return policy;
}

function declareReading(policy: Command, runner: Runner): void {
  const show = declareCommand(policy, 'show', {
    summary: 'print the policy as YAML',
    examples: [
      ['pullgate policy show > policy.yaml', 'what is in force'],
      ['pullgate policy show --draft', 'what waits to be published'],
    ],
  })
    .option('--draft', 'the draft')
    .addOption(
      new Option('--revision <number>', 'an older revision').argParser(toIntegerParser(1, 999_999_999)),
    );
  onRun(
    withJson(withTarget(show)),
    runner,
    async () => (await import('../commands/policy.ts')).runPolicyShow,
  );

  const diff = declareCommand(policy, 'diff', {
    summary: 'what the draft changes',
    examples: [['pullgate policy diff', 'draft against the published policy']],
  });
  onRun(
    withJson(withTarget(diff)),
    runner,
    async () => (await import('../commands/policy.ts')).runPolicyDiff,
  );

  const test = declareCommand(policy, 'test', {
    summary: 'run the tests of the draft (exit code 1 when one fails)',
    examples: [['pullgate policy test', 'each test with its outcome']],
  });
  onRun(
    withJson(withTarget(test)),
    runner,
    async () => (await import('../commands/policy.ts')).runPolicyTest,
  );

  const history = declareCommand(policy, 'history', {
    summary: 'who published what, newest first',
    examples: [['pullgate policy history --limit 5', 'the last five']],
  });
  onRun(
    withPaging(withJson(withTarget(history))),
    runner,
    async () => (await import('../commands/policy.ts')).runPolicyHistory,
  );

  const rollback = declareCommand(policy, 'rollback <revision>', {
    summary: 'publish an older revision again, as a new one',
    examples: [['pullgate policy rollback 3', 'what r3 said comes back as the next revision']],
  }).option('--comment <text>', 'why, for the history');
  onRun(
    withYes(withJson(withTarget(rollback))),
    runner,
    async () => (await import('../commands/policy.ts')).runPolicyRollback,
  );
}
