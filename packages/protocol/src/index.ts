export * from './agent.ts';
export * from './api/index.ts';
export * from './local.ts';
export * from './problem.ts';
export * from './version.ts';
