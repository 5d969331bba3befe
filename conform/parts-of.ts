/** What is called, where a call has others in it. */
import type { Call } from './script.ts';

export function partsOf(call: Call): readonly Call[] {
  if (call.kind === 'child') return [call.call];
  return call.kind === 'par' ? call.sides.flat().flatMap(partsOf) : [call];
}
