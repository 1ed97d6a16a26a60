/** Declares what an owner reads: `activity`, `decision`. */

import { type Command, Option } from 'commander';
import {
  declareCommand,
  onRun,
  parseDuration,
  type Runner,
  withJson,
  withPaging,
  withTarget,
} from './declare.ts';

export function declareRecordCommands(program: Command, runner: Runner): void {
  const activity = declareCommand(program, 'activity', {
    summary: 'what owners did',
    examples: [['pullgate activity list', 'every change, newest first']],
  });
  const activityList = declareCommand(activity, 'list', {
    summary: 'list changes, newest first',
    examples: [['pullgate activity list --event policy.published', 'only publications']],
  })
    .option('--event <event>', 'only this event, for example policy.published')
    .option('--actor <id>', 'only by this person');
  onRun(
    withPaging(withJson(withTarget(activityList))),
    runner,
    async () => (await import('../commands/activity.ts')).runActivityList,
  );
  const verify = declareCommand(activity, 'verify', {
    summary: 'recompute the seals of all changes (exit code 1 when one is broken)',
    examples: [
      ['pullgate activity verify', 'how many there are, and the head to write down'],
      ['pullgate activity verify --head sha256:HASH', 'with the head written down at the last audit'],
    ],
  }).option('--head <hash>', 'a head that must still be in the record');
  onRun(
    withJson(withTarget(verify)),
    runner,
    async () => (await import('../commands/activity-verify.ts')).runActivityVerify,
  );

  const decision = declareCommand(program, 'decision', {
    summary: 'what machines allowed and denied',
    examples: [['pullgate decision list --denied --since 24h', 'who was stopped today']],
  });
  const decisionList = declareCommand(decision, 'list', {
    summary: 'list decisions, newest first',
    examples: [
      ['pullgate decision list --denied --attempts', 'one row for each attempt that was stopped'],
      ['pullgate decision list --follow', 'as it happens, until Ctrl-C'],
      ['pullgate decision list --registry quay.io --since 7d', 'one registry, one week'],
    ],
  })
    .option('--denied', 'only denials')
    .option('--registry <host>', 'only this registry')
    .option('--machine <id>', 'only this machine')
    .addOption(new Option('--since <time>', 'only so far back, for example 24h').argParser(parseDuration))
    .option('--attempts', 'what belongs together (within 30 s) as one row with a count')
    .option('--follow', 'print decisions as they are made');
  onRun(
    withPaging(withJson(withTarget(decisionList))),
    runner,
    async () => (await import('../commands/decision.ts')).runDecisionList,
  );
}
