/** What other parts may use of the command: its declaration, for documents that must not drift from it. */

export { createProgram } from './program/program.ts';
export { VERSION } from './version.ts';
