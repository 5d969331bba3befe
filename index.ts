/**
 * The library: what a design file imports, and how a program runs the checker. Built-in designs and the functions that
 * they are made of are modules of their own: `faultline/designs/v4.14`, `faultline/paths/insert_pfn`,
 * `faultline/entries/pte`.
 */

export * from './explorer/alternative.ts';
export * from './explorer/chart.ts';
export { defineComponent, type Readable, type Ref, type Selector, selector, selectors } from './explorer/component.ts';
export { type ErrorCode, FaultlineError, type Place as ErrorPlace } from './explorer/errors.ts';
export type { ExploreOptions, Progress } from './explorer/options.ts';
export { type Conjunct, type Judgement, type StepSeen, type Verdict, violated } from './explorer/property.ts';
export type { Departure, ExpectedStep, PossibleStep } from './explorer/retrace.ts';
export type { GraphFacts, StateNode, StepEdge, SystemGraph } from './explorer/system-graph.ts';
export type { Blocked, TraceStep } from './explorer/trace.ts';
export type { Valuation } from './explorer/valuation.ts';
export { type Config, DEFAULT_CONFIG, parseConfig } from './model/config.ts';
export { type Design, type DesignFacts, defineDesign, type FilesystemLayers } from './model/design.ts';
export type { EsCacheEra } from './model/entries/extent-status.ts';
export {
  cachedAfter,
  esCacheOn,
  followsOn,
  insertExtents,
  mapsBlocks,
  removeExtents,
} from './model/es-cache.ts';
export { onEveryFilesystem } from './model/filesystem.ts';
export { freezes, freezesWriters } from './model/freeze.ts';
export type { Here } from './model/here.ts';
export { journalOn, startHandle, startJournal, stopHandle, underHandle } from './model/journal.ts';
export { type Errno, type KernelMark, kernelMarks, mark } from './model/marks.ts';
export { countsZero, isNormalPage } from './model/normal-page.ts';
export type {
  AnonPrepare,
  BreakLayouts,
  Duplicate,
  Fallocate,
  FinishSyncFault,
  GetBlockParts,
  HugeFault,
  IomapCall,
  IomapParts,
  MmParts,
  PageCacheParts,
  PfnMkwrite,
  RadixEntryParts,
  Range,
  Returns,
  TaggedParts,
  WhichPage,
} from './model/parts.ts';
export { locksVma, locksVmas } from './model/per-vma-lock.ts';
export {
  holderOf,
  hugeBlock,
  isBusy,
  isMapped,
  isMappedBlock,
  mappersOf,
  pinsOn,
  refsOn,
  splitsInSteps,
  zapsInSteps,
} from './model/pins.ts';
export { gapsOn } from './model/pte-gaps.ts';
export * from './model/registers.ts';
export { SCENARIOS } from './model/scenarios.ts';
export { dropsUnlocked, type Scene, type ScenePage, type SceneVma, syncOn } from './model/scene.ts';
export * from './model/sections.ts';
export * from './model/sources.ts';
export {
  blocksAt,
  coveredBy,
  entryOf,
  hugeAt,
  indexOf,
  indicesOf,
  isWholeRange,
  pmdHere,
  rangeStart,
  setHuge,
  slotOf,
  thpOn,
  walk,
} from './model/thp.ts';
export { tlbOn, tlbSlots } from './model/tlb-slots.ts';
export { defineProperty, type PropertyDefinition } from './properties/define.ts';
export { makeMonitor } from './properties/monitor.ts';
export { sharedTranslations, type Translation, translationsOf } from './properties/translations.ts';
export { readingTexts } from './report/reading.ts';
export { counterexampleText } from './report/summary.ts';
export { costsOf, type DesignCosts, type LoopStep, type OperationCost, type OperationCosts } from './verify/costs.ts';
export { type DistinguishingRun, type EquivOptions, type EquivResult, equiv } from './verify/equiv.ts';
export { type Explained, type ExplainedRun, type ExplainOptions, explain } from './verify/explain.ts';
export { type GraphOptions, stateGraph, WHOLE_GRAPH } from './verify/graph.ts';
export type { Engine, VerifyOptions } from './verify/index.ts';
export type { ReadingResult } from './verify/reading.ts';
export { designIds, loadDesign, propertyIds } from './verify/registry.ts';
export { type Followable, type Replayed, replayUnder } from './verify/replay-under.ts';
export type { PropertyResult, RunResult, RunStep } from './verify/result.ts';
export type { StoredCounterexample, StoredFigures, StoredRun } from './verify/stored/counterexample.ts';
export { readStored } from './verify/stored/read.ts';
export { verify } from './verify/verify.ts';
