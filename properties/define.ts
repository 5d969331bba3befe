/** What a property file exports. */
import type { PropertyInstance } from '../explorer/property.ts';
import type { Design } from '../model/design.ts';
import type { Scene } from '../model/scene.ts';

export interface PropertyDefinition {
  readonly id: string;
  /** The exact sentence. */
  readonly sentence: string;
  /** Who promises it: man page, Documentation/, a mail. */
  readonly promisedBy: string;
  /** When the property says something at all: a complete exploration without it is vacuous. */
  readonly premise: string;
  /** What the design or config lacks for the property to apply; undefined: it applies. */
  readonly needs?: (design: Design, scene: Scene) => string | undefined;
  readonly instance: (scene: Scene, design: Design) => Omit<PropertyInstance, 'id'>;
}

/** Checks the types of a property. */
export const defineProperty = (property: PropertyDefinition): PropertyDefinition => property;
