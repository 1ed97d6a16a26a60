/** Declares `catalog`: what the known registries are made of. */

import type { Command } from 'commander';
import { declareCommand, onRun, type Runner, withJson, withTarget } from './declare.ts';

const load = () => import('../commands/catalog.ts');
const FORCE = 'although tests of the policy fail with it';

export function declareCatalogCommands(program: Command, runner: Runner): void {
  const catalog = declareCommand(program, 'catalog', {
    summary: 'what the known registries are made of: show, export, sign, import',
    examples: [
      ['pullgate catalog show', 'which one is in force, and which one machines judge by'],
      ['pullgate catalog import catalog.signed', 'every machine judges by it within a second'],
    ],
  });
  declareMoves(catalog, runner);
  declareFiles(catalog, runner);
  declareKeys(catalog, runner);
}

function declareMoves(catalog: Command, runner: Runner): void {
  const show = declareCommand(catalog, 'show', {
    summary: 'which catalog is in force, where it is from, whose signature counts',
    examples: [['pullgate catalog show --json', 'for programs']],
  });
  onRun(withJson(withTarget(show)), runner, async () => (await load()).runCatalogShow);

  const take = declareCommand(catalog, 'import <file>', {
    summary: 'take a newer catalog that a trusted key signed, and publish it',
    examples: [
      ['pullgate catalog import catalog.signed', 'the policy stays as it is, under the next revision'],
    ],
  }).option('--force', FORCE);
  onRun(withJson(withTarget(take)), runner, async () => (await load()).runCatalogImport);

  const apply = declareCommand(catalog, 'apply', {
    summary: 'publish the catalog in force, for example after an upgrade of the server',
    examples: [['pullgate catalog apply', 'without waiting for the next publish']],
  }).option('--force', FORCE);
  onRun(withJson(withTarget(apply)), runner, async () => (await load()).runCatalogApply);

  const reset = declareCommand(catalog, 'reset', {
    summary: 'go back to the catalog that ships with the server',
    examples: [['pullgate catalog reset', 'published at once']],
  });
  onRun(withJson(withTarget(reset)), runner, async () => (await load()).runCatalogReset);
}

function declareFiles(catalog: Command, runner: Runner): void {
  const write = declareCommand(catalog, 'export <file>', {
    summary: 'write the catalog in force to a new file, to edit and sign',
    examples: [['pullgate catalog export catalog.json', 'then raise its version']],
  });
  onRun(withJson(withTarget(write)), runner, async () => (await load()).runCatalogExport);

  const sign = declareCommand(catalog, 'sign <file>', {
    summary: 'check a catalog and sign it, on the machine that has the key',
    examples: [
      ['pullgate catalog sign catalog.json --key catalog.key --output catalog.signed', 'needs no server'],
    ],
  })
    .requiredOption('--key <file>', 'private key, made by catalog key create')
    .requiredOption('--output <file>', 'new file for the signed catalog');
  onRun(withJson(sign), runner, async () => (await load()).runCatalogSign);
}

function declareKeys(catalog: Command, runner: Runner): void {
  const key = declareCommand(catalog, 'key', {
    summary: 'whose signature counts on a catalog',
    examples: [
      ['pullgate catalog key create catalog.key', 'make one; its public half is printed'],
      ['pullgate catalog key list', 'the ones that the organization trusts'],
    ],
  });
  const create = declareCommand(key, 'create <file>', {
    summary: 'make a key to sign catalogs with, in a new file',
    examples: [['pullgate catalog key create catalog.key', 'needs no server; keep the file offline']],
  });
  onRun(withJson(create), runner, async () => (await load()).runCatalogKeyCreate);

  const list = declareCommand(key, 'list', {
    summary: 'list the keys that the organization trusts for catalogs',
    examples: [['pullgate catalog key list', 'beside those of the project']],
  });
  onRun(withJson(withTarget(list)), runner, async () => (await load()).runCatalogKeyList);

  const trust = declareCommand(key, 'trust <public-key>', {
    summary: 'take catalogs that this key signed (owners only)',
    examples: [['pullgate catalog key trust PUBLIC-KEY --name platform', 'as catalog key create printed it']],
  }).option('--name <name>', 'what people know it by (default: own)');
  onRun(withJson(withTarget(trust)), runner, async () => (await load()).runCatalogKeyTrust);

  const distrust = declareCommand(key, 'distrust <name>', {
    summary: 'no longer take them; one in force that it signed gives way to the shipped one (owners only)',
    examples: [['pullgate catalog key distrust platform', 'by name or fingerprint']],
  });
  onRun(withJson(withTarget(distrust)), runner, async () => (await load()).runCatalogKeyDistrust);
}
