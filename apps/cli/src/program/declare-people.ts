/** Declares what belongs to people: `organization`, `member`, `team`, `invitation`, `session`, who holds a machine. */

import { type Command, Option } from 'commander';
import { collect, declareCommand, onRun, type Runner, withJson, withTarget, withYes } from './declare.ts';
import { roleOption } from './role-option.ts';

export function declarePeopleCommands(program: Command, runner: Runner): void {
  declareOrganization(program, runner);
  declareMember(program, runner);
  declareTeam(program, runner);
  declareInvitation(program, runner);
  declareSession(program, runner);
  const machine = program.commands.find((command) => command.name() === 'machine');
  if (machine !== undefined) declareHolder(machine, runner);
}

function declareOrganization(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'organization', {
    summary: 'organizations on this server, and what they require',
    examples: [
      ['pullgate organization list', 'those you have a place in'],
      ['pullgate organization show', 'what yours requires'],
    ],
  });
  const list = declareCommand(group, 'list', {
    summary: 'list your organizations',
    examples: [['pullgate organization list --json', 'for programs']],
  });
  onRun(
    withJson(withTarget(list)),
    runner,
    async () => (await import('../commands/organization.ts')).runOrganizationList,
  );
  const create = declareCommand(group, 'create <slug>', {
    summary: 'make another organization, with you as its owner',
    examples: [
      [
        "pullgate organization create acme-labs --name 'Acme Labs'",
        'policies and sign-in know it as acme-labs',
      ],
    ],
  }).option('--name <name>', 'name for people (default: the slug)');
  onRun(
    withJson(withTarget(create)),
    runner,
    async () => (await import('../commands/organization.ts')).runOrganizationCreate,
  );
  const show = declareCommand(group, 'show', {
    summary: 'what the organization requires of its people',
    examples: [['pullgate organization show', 'your role, second factor, single sign-on']],
  });
  onRun(
    withJson(withTarget(show)),
    runner,
    async () => (await import('../commands/organization.ts')).runOrganizationShow,
  );
  const edit = declareCommand(group, 'edit', {
    summary: 'change what is given, keep the rest',
    examples: [
      ['pullgate organization edit --two-factor owner,admin', 'they need a second factor from now on'],
      ['pullgate organization edit --sso enforced', 'no passwords but those of owners'],
    ],
  })
    .option('--name <name>', 'another name for people')
    .option('--two-factor <roles>', 'roles that need a second factor, with commas; none lifts it', collect)
    .addOption(new Option('--sso <how>', 'single sign-on').choices(['enforced', 'optional']));
  onRun(
    withJson(withTarget(edit)),
    runner,
    async () => (await import('../commands/organization.ts')).runOrganizationEdit,
  );
}

function declareMember(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'member', {
    summary: 'the people of the organization',
    examples: [
      ['pullgate member list', 'who they are and what they may do'],
      ['pullgate member edit dev@acme.example --deactivate', 'their sessions, tokens and rules end at once'],
    ],
  });
  const list = declareCommand(group, 'list', {
    summary: 'list the people',
    examples: [['pullgate member list --search dev', 'whose name or address holds it']],
  }).option('--search <text>', 'only those whose name or address holds it');
  onRun(
    withJson(withTarget(list)),
    runner,
    async () => (await import('../commands/member.ts')).runMemberList,
  );
  const show = declareCommand(group, 'show <person>', {
    summary: 'one person (e-mail or id)',
    examples: [['pullgate member show dev@acme.example', 'role, teams, state']],
  });
  onRun(
    withJson(withTarget(show)),
    runner,
    async () => (await import('../commands/member.ts')).runMemberShow,
  );
  const edit = declareCommand(group, 'edit <person>', {
    summary: 'change role or state',
    examples: [
      ['pullgate member edit dev@acme.example --role admin', 'from now on'],
      ['pullgate member edit dev@acme.example --deactivate', 'may do nothing, keeps the place'],
      ['pullgate member edit dev@acme.example --reactivate', 'may sign in again'],
    ],
  })
    .addOption(roleOption('the new role'))
    .option('--deactivate', 'end sessions and tokens, keep the place')
    .option('--reactivate', 'give the place back');
  onRun(
    withJson(withTarget(edit)),
    runner,
    async () => (await import('../commands/member.ts')).runMemberEdit,
  );
  const remove = declareCommand(group, 'remove <person>', {
    summary: 'take somebody out of the organization',
    examples: [['pullgate member remove dev@acme.example', 'asks first']],
  });
  onRun(
    withYes(withJson(withTarget(remove))),
    runner,
    async () => (await import('../commands/member.ts')).runMemberRemove,
  );
}

function declareTeam(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'team', {
    summary: 'teams, which policies name by slug',
    examples: [
      ['pullgate team list', 'who they are'],
      ['pullgate team add platform dev@acme.example', 'rules of platform hold for them'],
    ],
  });
  const list = declareCommand(group, 'list', {
    summary: 'list the teams',
    examples: [['pullgate team list --json', 'for programs']],
  });
  onRun(withJson(withTarget(list)), runner, async () => (await import('../commands/team.ts')).runTeamList);
  const create = declareCommand(group, 'create <slug>', {
    summary: 'make a team',
    examples: [["pullgate team create platform --name 'Platform'", 'policies know it as platform']],
  }).option('--name <name>', 'name for people (default: the slug)');
  onRun(
    withJson(withTarget(create)),
    runner,
    async () => (await import('../commands/team.ts')).runTeamCreate,
  );
  const edit = declareCommand(group, 'edit <slug>', {
    summary: 'give a team another name for people',
    examples: [["pullgate team edit platform --name 'Platform and tools'", 'the slug stays']],
  }).requiredOption('--name <name>', 'name for people');
  onRun(withJson(withTarget(edit)), runner, async () => (await import('../commands/team.ts')).runTeamEdit);
  const remove = declareCommand(group, 'delete <slug>', {
    summary: 'delete a team that no policy names',
    examples: [['pullgate team delete platform', 'its people stay in the organization']],
  });
  onRun(
    withJson(withTarget(remove)),
    runner,
    async () => (await import('../commands/team.ts')).runTeamDelete,
  );
  const add = declareCommand(group, 'add <slug> <person>', {
    summary: 'put somebody into a team',
    examples: [['pullgate team add platform dev@acme.example', 'their machines know within seconds']],
  });
  onRun(withJson(withTarget(add)), runner, async () => (await import('../commands/team.ts')).runTeamAdd);
  const takeOut = declareCommand(group, 'remove <slug> <person>', {
    summary: 'take somebody out of a team',
    examples: [['pullgate team remove platform dev@acme.example', 'their machines know within seconds']],
  });
  onRun(
    withJson(withTarget(takeOut)),
    runner,
    async () => (await import('../commands/team.ts')).runTeamRemove,
  );
}

function declareInvitation(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'invitation', {
    summary: 'how people come in',
    examples: [
      ['pullgate invitation create dev@acme.example --role member', 'sends the address at which to accept'],
      ['pullgate invitation list', 'those that are open'],
    ],
  });
  const list = declareCommand(group, 'list', {
    summary: 'list the open invitations',
    examples: [['pullgate invitation list --json', 'for programs']],
  });
  onRun(
    withJson(withTarget(list)),
    runner,
    async () => (await import('../commands/invitation.ts')).runInvitationList,
  );
  const create = declareCommand(group, 'create <email>', {
    summary: 'invite somebody',
    examples: [
      ['pullgate invitation create dev@acme.example --teams platform', 'as a member, into a team'],
      ['pullgate invitation create ops@acme.example --role admin', 'as an admin'],
    ],
  })
    .addOption(roleOption('what they become').default('member'))
    .option('--teams <slugs>', 'teams, with commas', collect);
  onRun(
    withJson(withTarget(create)),
    runner,
    async () => (await import('../commands/invitation.ts')).runInvitationCreate,
  );
  const resend = declareCommand(group, 'resend <id>', {
    summary: 'send it again, good for longer',
    examples: [['pullgate invitation resend INVITATION', 'ids are in pullgate invitation list']],
  });
  onRun(
    withJson(withTarget(resend)),
    runner,
    async () => (await import('../commands/invitation.ts')).runInvitationResend,
  );
  const revoke = declareCommand(group, 'revoke <id>', {
    summary: 'take it back',
    examples: [['pullgate invitation revoke INVITATION', 'its address leads nowhere then']],
  });
  onRun(
    withJson(withTarget(revoke)),
    runner,
    async () => (await import('../commands/invitation.ts')).runInvitationRevoke,
  );
}

function declareSession(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'session', {
    summary: 'who is signed in on machines',
    examples: [
      ['pullgate session list', 'people, machines, logins'],
      ['pullgate session end SESSION', 'sign somebody out there'],
    ],
  });
  const list = declareCommand(group, 'list', {
    summary: 'list who is signed in on which machine',
    examples: [['pullgate session list --json', 'for programs']],
  });
  onRun(
    withJson(withTarget(list)),
    runner,
    async () => (await import('../commands/machine-people.ts')).runSessionList,
  );
  const end = declareCommand(group, 'end <id>', {
    summary: 'sign somebody out on a machine',
    examples: [['pullgate session end SESSION', 'ids are in pullgate session list']],
  });
  onRun(
    withJson(withTarget(end)),
    runner,
    async () => (await import('../commands/machine-people.ts')).runSessionEnd,
  );
}

function declareHolder(machine: Command, runner: Runner): void {
  const holder = declareCommand(machine, 'holder <machine> [person]', {
    summary: 'show or set whom the engines of a machine act for',
    examples: [
      ['pullgate machine holder laptop-7', 'who it is'],
      ['pullgate machine holder laptop-7 dev@acme.example', 'from now on this person'],
      ['pullgate machine holder laptop-7 --none', 'nobody: only rules for everyone hold'],
    ],
  }).option('--none', 'take the holder off');
  onRun(
    withJson(withTarget(holder)),
    runner,
    async () => (await import('../commands/machine-people.ts')).runMachineHolder,
  );
  const revoke = declareCommand(machine, 'revoke <machine>', {
    summary: 'refuse a machine from now on',
    examples: [['pullgate machine revoke laptop-7', 'asks first; by name or id']],
  });
  onRun(
    withYes(withJson(withTarget(revoke))),
    runner,
    async () => (await import('../commands/machine-people.ts')).runMachineRevoke,
  );
}
