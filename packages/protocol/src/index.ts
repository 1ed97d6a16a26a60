export * from './agent.ts';
export * from './api/index.ts';
export { type Checked, toCheckAnswer } from './check-answer.ts';
export * from './local.ts';
export * from './problem.ts';
export * from './version.ts';
