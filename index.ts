/** The library: what a design file imports, and how a program runs the checker. */
export * from './explorer/chart.ts';
export { FaultlineError } from './explorer/errors.ts';
export { DEFAULT_CONFIG, parseConfig } from './model/config.ts';
export { type Design, type DesignFacts, defineDesign } from './model/design.ts';
export type { Here } from './model/here.ts';
export { mark } from './model/marks.ts';
export type { GetBlockParts, IomapParts, MmParts, PfnMkwrite, Range, Returns } from './model/parts.ts';
export * from './model/registers.ts';
export * from './model/sections.ts';
export * from './model/sources.ts';
export type { VerifyOptions } from './verify/index.ts';
export { designIds, loadDesign, propertyIds } from './verify/registry.ts';
export type { PropertyResult, RunResult } from './verify/result.ts';
export { verify } from './verify/verify.ts';
