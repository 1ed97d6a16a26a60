export { type CompiledPolicy, type CompileInput, compilePolicy } from './compile-policy.ts';
export { decide } from './decide.ts';
export { defaultPolicy } from './default-policy.ts';
export * from './errors.ts';
export { type RefusalInput, refusal } from './refusal.ts';
export * from './types.ts';
export { type ParseOptions, parsePolicy, type ValidateOptions, validatePolicy } from './validate-policy.ts';
