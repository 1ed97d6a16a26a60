// Forbidden three times over: a lower package imports a higher one, and reads files.
import { readFileSync } from 'node:fs';
import { policy } from '../../policy/src/index.ts';

export const reference = [policy, readFileSync];
