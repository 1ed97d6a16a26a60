/** The policy of the matrix: one revision, in which every first segment of a repository stands for another ruling. */

import { ALLOWED, AUTH } from '../lab/names.ts';
import { HUB } from './names.ts';

/** A digest that nothing has. */
const LISTED = `sha256:${'0'.repeat(64)}`;

export const MATRIX_POLICY = `version: 1
organization: acme
mode: enforce
contact: { message: "Ask in #platform", url: "https://wiki.acme.example/registries" }
registries:
  - { id: team, registry: ${ALLOWED}, allow: [pull, push, delete], repositories: ["team/**"] }
  - { id: readonly, registry: ${ALLOWED}, allow: [pull], repositories: ["readonly/**"] }
  - { id: dropbox, registry: ${ALLOWED}, allow: [push], repositories: ["dropbox/**"] }
  - { id: tagged, registry: ${ALLOWED}, allow: [pull, push, delete], repositories: ["tagged/**"], tags: ["ok*"] }
  - { id: pinned, registry: ${ALLOWED}, allow: [pull, push, delete], repositories: ["pinned/**"], digests: ["${LISTED}"] }
  - { id: hub, registry: ${HUB}, name: Docker Hub, allow: [pull], repositories: ["library/**"] }
  - { id: hub-acme, registry: ${HUB}, allow: [pull, push], repositories: ["acme/**"] }
urls: { default: deny, allow: [${AUTH}] }
`;
