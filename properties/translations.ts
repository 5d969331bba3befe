/** Translations as properties speak of them: the PTEs of all VMAs. */
import type { Readable } from '../explorer/component.ts';
import { type PteValue, pte } from '../model/entries/pte.ts';
import type { Scene } from '../model/scene.ts';

export interface Translation {
  readonly ref: Readable<PteValue>;
  readonly vma: string;
  readonly page: string;
  readonly shared: boolean;
}

/** The PTEs of all VMAs, as references to read. */
export const translationsOf = (scene: Scene): Translation[] =>
  scene.vmas.flatMap((v) => v.pages.map((page) => ({ ref: pte(v.id, page), vma: v.id, page, shared: v.shared })));
/** Those of shared mappings. */
export const sharedTranslations = (scene: Scene): Translation[] => translationsOf(scene).filter((t) => t.shared);
