/** The policy of the end-to-end tests, as an owner would write it. */

import { ALLOWED, AUTH, FILES, REMOVED } from './lab/names.ts';

/** Last part of every sentence. */
export const CONTACT = 'Ask in #platform: https://wiki.acme.example/registries';

export interface Choices {
  readonly mode?: 'observe' | 'enforce';
  readonly registries?: readonly string[];
  /** What hosts are that nobody knows. */
  readonly unknown?: 'allow' | 'deny';
}

export function toPolicy(choices: Choices = {}): string {
  const { mode = 'enforce', registries = [ALLOWED, REMOVED], unknown = 'deny' } = choices;
  const entries = registries.map((registry) => {
    const id = registry.split('.')[1];
    return `  - { id: ${id}, registry: ${registry}, allow: [pull, push] }\n`;
  });
  return `version: 1
organization: acme
mode: { default: ${mode} }
contact: { message: "Ask in #platform", url: "https://wiki.acme.example/registries" }
registries:
${entries.join('')}urls: { default: ${unknown}, allow: [${AUTH}, ${FILES}] }
`;
}
