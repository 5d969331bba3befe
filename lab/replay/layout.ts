/**
 * Which pages of a real file stand for the model's. With thp=on they are one aligned range of 2 MiB, and all of it: each is a part
 * of that, and its first 4 KiB are what is loaded, stored and looked at. Without it each is one page.
 */
import type { Scene } from '../../model/scene.ts';
import { thpOn } from '../../model/thp.ts';

/** The model's first page is the file's second: tags of an entry that is alone in a tree are kept elsewhere. */
const FIRST_PAGE = 1;
const HUGE = 512;

export interface Part {
  readonly first: number;
  /** In pages of 4 KiB. */
  readonly count: number;
}
export interface FileLayout {
  /** First page of the first part. */
  readonly begin: number;
  /** The file's length. */
  readonly end: number;
  of(page: string): Part;
  /** What a length of the file is in the model's pages. */
  sizeOf(pages: number): number;
  /** The same of blocks: what a fault of 4 KiB has allocated counts as the part that it is in. */
  blocksOf(blocks: number): number;
}

export function layoutOf(scene: Scene): FileLayout {
  const { length } = scene.pages;
  const huge = thpOn(scene);
  const begin = huge ? HUGE : FIRST_PAGE;
  const startOf = (n: number): number => begin + (huge ? Math.floor((HUGE * n) / length) : n);
  const parts = new Map(
    scene.pages.map(({ name }, n) => [name, { first: startOf(n), count: startOf(n + 1) - startOf(n) }]),
  );
  const smallest = Math.min(...[...parts.values()].map((p) => p.count));
  return {
    begin,
    end: startOf(length),
    of: (page) => parts.get(page)!,
    sizeOf: (pages) => scene.pages.filter((_, n) => startOf(n) < pages).length,
    blocksOf: (blocks) => {
      const whole = Math.round(blocks / smallest);
      // Parts of which some are longer than others.
      return whole !== 0 && HUGE % length !== 0 ? whole : whole + (blocks - whole * smallest);
    },
  };
}
