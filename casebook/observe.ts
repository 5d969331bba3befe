/** Properties that one case needs and nobody else: what happens in a step or state, or in which order. */
import type { PropertyInstance } from '../explorer/property.ts';
import type { Design } from '../model/design.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty, type PropertyDefinition } from '../properties/define.ts';

/** @param sentence what is never otherwise @param instance as of any property, with its premise in the judgements */
export const observe = (
  id: string,
  sentence: string,
  instance: (scene: Scene, design: Design) => Omit<PropertyInstance, 'id'>,
): PropertyDefinition =>
  defineProperty({
    id,
    sentence,
    promisedBy: 'nobody: an observation of the casebook',
    premise: 'see the sentence',
    instance,
  });
