/** Translations as properties speak of them: the PTEs of all VMAs and, with tlb=on, what the TLBs hold of them. */
import type { Readable } from '../explorer/component.ts';
import { type PteValue, pte } from '../model/entries/pte.ts';
import { tlbSlot } from '../model/entries/tlb.ts';
import type { Scene } from '../model/scene.ts';
import { tlbSlots } from '../model/tlb-slots.ts';

export interface Translation {
  readonly ref: Readable<PteValue>;
  readonly vma: string;
  readonly page: string;
  readonly shared: boolean;
  /** Of a TLB slot: the PTE that it is filled from. */
  readonly from?: string;
}

/** The PTEs alone: what the kernel writes and counts. */
export const ptesOf = (scene: Scene): Translation[] =>
  scene.vmas.flatMap((v) => v.pages.map((page) => ({ ref: pte(v.id, page), vma: v.id, page, shared: v.shared })));

const slotsOf = (scene: Scene): Translation[] =>
  tlbSlots(scene).map(({ thread, vma, page }) => ({
    ref: tlbSlot(thread, page),
    vma,
    page,
    shared: scene.vmas.find((v) => v.id === vma)!.shared,
    from: pte(vma, page).id,
  }));

export const translationsOf = (scene: Scene): Translation[] => [...ptesOf(scene), ...slotsOf(scene)];
/** Those of shared mappings. */
export const sharedTranslations = (scene: Scene): Translation[] => translationsOf(scene).filter((t) => t.shared);
