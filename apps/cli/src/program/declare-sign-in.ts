/** Declares what a person does first: `login`, `logout`, `status`, `check`. */

import type { Command } from 'commander';
import { declareCommand, onRun, type Runner, withJson, withTarget } from './declare.ts';

export function declareSignInCommands(program: Command, runner: Runner): void {
  const login = declareCommand(program, 'login', {
    summary: 'sign in to a control plane',
    examples: [
      ['pullgate login --server https://pullgate.acme.example', 'by a code, in any browser'],
      ['pullgate login --password', 'with e-mail and password, on this terminal'],
      ['pullgate login --with-token < token.txt', 'with a token, for automation'],
    ],
  })
    .option('--password', 'ask for e-mail and password instead of showing a code')
    .option('--email <address>', 'e-mail address for --password; asked for when left out')
    .option('--with-token', 'read a token from standard input')
    .option('--no-browser', 'open no browser, only print the address')
    .option('--machine', 'fail when this machine cannot be signed in with it')
    .option('--proxy-pac <place>', 'file or address of a proxy auto-configuration');
  onRun(withJson(withTarget(login)), runner, async () => (await import('../commands/login.ts')).runLogin);

  const logout = declareCommand(program, 'logout', {
    summary: 'forget the sign-in and revoke its token',
    examples: [['pullgate logout', 'this machine keeps enforcing']],
  });
  onRun(withJson(withTarget(logout)), runner, async () => (await import('../commands/logout.ts')).runLogout);

  const status = declareCommand(program, 'status', {
    summary: 'what this machine obeys, and how it is',
    examples: [['pullgate status', 'mode, revision, enforcement points, sign-in']],
  });
  onRun(withJson(withTarget(status)), runner, async () => (await import('../commands/status.ts')).runStatus);

  const check = declareCommand(program, 'check <reference>', {
    summary: 'may this be pulled or pushed, and if not, why (exit code 3 when denied)',
    examples: [
      ['pullgate check alpine', 'by the policy in force on this machine'],
      ['pullgate check ghcr.io/acme/app:1 --push', 'to push it'],
      ['pullgate check quay.io/acme/app --as dev@acme.example', 'for somebody else, by the control plane'],
      ['pullgate check quay.io/acme/app --draft', 'by the draft, before it is published'],
    ],
  })
    .option('--push', 'ask for a push instead of a pull')
    .option('--as <user>', 'judge as this person (e-mail or id)')
    .option('--draft', 'judge by the draft')
    .option('--explain', 'show every rule that was looked at');
  onRun(withJson(withTarget(check)), runner, async () => (await import('../commands/check.ts')).runCheck);
}
