import { parsePolicy } from '@pullgate/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRules, copyUnits, editRule, removeRule, setMode } from './edit-yaml.ts';

const POLICY = `# the policy of acme
version: 1
organization: acme
mode: observe # for now
registries:
  - id: hub # Docker Hub
    registry: docker.io
    allow: [pull, push]
  # ours
  - { id: own, registry: registry.acme.example, allow: [pull] }
`;

describe('edits of YAML', () => {
  it('add, edit and remove one rule and leave the rest as it was written', () => {
    const added = addRules(POLICY, 'registries', [{ id: 'quay', registry: 'quay.io', allow: ['pull'] }]);
    const edited = editRule(added, 'registries', 'hub', { allow: ['pull'], name: 'Docker Hub' });
    const removed = removeRule(edited, 'registries', 'quay');
    for (const comment of ['# the policy of acme', '# for now', '# Docker Hub', '# ours']) {
      expect(removed).toContain(comment);
    }
    expect(parsePolicy(added).registries.map(({ id }) => id)).toEqual(['hub', 'own', 'quay']);
    expect(parsePolicy(removed).registries[0]).toMatchObject({ allow: ['pull'], name: 'Docker Hub' });
    expect(editRule(removed, 'registries', 'hub', { allow: ['pull', 'push'], name: null })).toBe(
      editRule(POLICY, 'registries', 'hub', { allow: ['pull', 'push'] }),
    );
  });

  it('make the list when there is none', () => {
    const text = addRules('version: 1\norganization: acme\n', 'deny', [{ id: 'x', registry: 'docker.io' }]);
    expect(parsePolicy(text).deny).toMatchObject([{ id: 'x' }]);
  });

  it('set the mode, whether it was a word or fields', () => {
    const teams = setMode(POLICY, 'enforce', 'lab');
    expect(parsePolicy(teams).mode).toEqual({ default: 'observe', teams: { lab: 'enforce' } });
    expect(parsePolicy(setMode(teams, 'off')).mode).toEqual({ default: 'off', teams: { lab: 'enforce' } });
    expect(parsePolicy(setMode(POLICY, 'off')).mode).toEqual({ default: 'off', teams: {} });
  });

  it('copy rules and keys, and remove those that are gone', () => {
    const source = `version: 1\norganization: acme\ncontact: { message: Ask }\nregistries:\n  - { id: hub, registry: docker.io, allow: [] }\n`;
    const units = [
      { list: 'registries', id: 'hub' },
      { list: 'registries', id: 'own' },
      { key: 'contact' },
      { key: 'mode' },
    ] as const;
    const document = parsePolicy(copyUnits(POLICY, source, units));
    expect(document).toEqual(parsePolicy(source));
  });

  it('hold whatever text owners give', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e]{1,60}$/), (because) => {
        const text = addRules(POLICY, 'deny', [{ id: 'x', registry: 'quay.io', because }]);
        expect(parsePolicy(text).deny[0]?.because).toBe(because);
      }),
    );
  });
});
