/** A call site in a thread's chart: the place, and what is fixed there (thread, operation, scene). */
import { type Look, Place } from '../explorer/chart.ts';
import type { Ref } from '../explorer/component.ts';
import { type Entry, type EntryEvent, entry } from './entries/entry.ts';
import type { EsCacheEra } from './entries/extent-status.ts';
import { type PteEvent, type PteValue, pte } from './entries/pte.ts';
import { type TlbEvent, tlbSlot } from './entries/tlb.ts';
import { anonPool, type Scene, type SceneOperation, type ScenePage, type SceneThread, type SceneVma } from './scene.ts';
import { type EntryWaitqueue, indexOf, slotOf, waitKeyOf } from './thp.ts';
import { slotOwner, tlbOn } from './tlb-slots.ts';

export class Here extends Place {
  readonly scene: Scene;
  readonly thread: SceneThread;
  readonly op: SceneOperation;
  /** What ext4's cache of extents is like; null: es-cache=off. */
  readonly esCache: EsCacheEra | null;
  private readonly waitqueue: EntryWaitqueue;
  private readonly reads: boolean;

  constructor(
    id: string,
    scene: Scene,
    thread: SceneThread,
    op: SceneOperation,
    waitqueue: EntryWaitqueue = 'aligned',
    reads = false,
    esCache: EsCacheEra | null = null,
  ) {
    super(id);
    this.esCache = esCache;
    this.waitqueue = waitqueue;
    this.reads = reads;
    this.scene = scene;
    this.thread = thread;
    this.op = op;
  }

  override at(name: string): Here {
    return this.like(`${this.id}/${name}`, this.reads);
  }

  /** The same place, in a fault that is not for writing whatever the operation is. */
  reading(): Here {
    return this.like(this.id, true);
  }

  private like(id: string, reads: boolean, op = this.op): Here {
    return new Here(id, this.scene, this.thread, op, this.waitqueue, reads, this.esCache);
  }

  /** The same place, of one page of an operation on several. */
  of(page: string): Here {
    const { pages: _pages, ...op } = this.op;
    return this.like(this.id, this.reads, { ...op, page });
  }

  /** The thread: `current`. */
  get me(): string {
    return this.thread.id;
  }
  /** Whether the access is for writing: FAULT_FLAG_WRITE. */
  get write(): boolean {
    const { name } = this.op;
    // MAP_POPULATE breaks a private writable mapping's pages at once: FOLL_WRITE.
    if (this.reads) return false;
    return (
      name === 'store' ||
      name === 'pin' ||
      name === 'poke' ||
      (name === 'populate' && !this.shared && this.vma.writable)
    );
  }
  /** mm_populate() ignores what a fault ends in: nobody gets a signal, and the thread goes on. So does a copy from a user's buffer, with EFAULT. */
  get faultMayFail(): boolean {
    return this.op.name === 'populate' || this.op.name === 'write';
  }
  /** VM_SHARED */
  get shared(): boolean {
    return this.vma.shared;
  }
  /** A store to a shared mapping: what may allocate, dirty and update the times. */
  get sharedWrite(): boolean {
    return this.write && this.shared;
  }
  /** A store to a private mapping: vmf->cow_page. */
  get cow(): boolean {
    return this.write && !this.shared;
  }
  /** maybe_mkwrite(): whether a private copy's PTE gets the write bit. Only FOLL_FORCE makes a copy where the mapping is read-only. */
  get mkwrite(): boolean {
    return this.op.name !== 'poke' || this.vma.writable;
  }
  get mkwriteText(): 'rw' | 'ro' {
    return this.mkwrite ? 'rw' : 'ro';
  }
  /** Anonymous pages that the VMA can have at the operation's page. */
  get anonPool(): string[] {
    return anonPool(this.scene, this.vma, this.page);
  }
  /** The thread that begins with the operation: that of `fork`. */
  get child(): SceneThread {
    return this.scene.threads.find((t) => t.id === this.op.child)!;
  }
  /** The pages of the file, by name. */
  get allPages(): readonly string[] {
    return this.scene.pages.map((p) => p.name);
  }
  /** The pages that the operation names, in file order. */
  get pages(): readonly string[] {
    return this.op.pages ?? [this.page];
  }
  /** The page that the operation names; of several the first. */
  get page(): string {
    return this.op.page!;
  }
  get pageFacts(): ScenePage {
    return this.scene.pages.find((p) => p.name === this.page)!;
  }
  get vma(): SceneVma {
    return this.scene.vmas.find((v) => v.id === this.thread.vma)!;
  }
  /** The PTE that the access uses. */
  get pte(): Ref<PteValue, PteEvent> {
    return pte(this.thread.vma, this.page);
  }
  /** What the CPU's TLB holds of it; null with tlb=off. */
  get tlb(): Ref<PteValue, TlbEvent> | null {
    return tlbOn(this.scene) ? tlbSlot(slotOwner(this.me, this.op.vma), this.page) : null;
  }
  /** The tree slot of the operation's page. */
  get entry(): Ref<Entry, EntryEvent> {
    return entry(this.page);
  }
  /** The slot in which the tree has the operation's page: that of the range where one entry covers it. */
  slot(s: Pick<Look, 'read'>): Ref<Entry, EntryEvent> {
    return slotOf(s, this.scene, this.page);
  }
  /** The operation's page as far as the tree's keys go. */
  index(s: Pick<Look, 'read'>): string {
    return indexOf(s, this.scene, this.page);
  }
  /** The key of those who wait for the entry that the tree has of a page. @param page as the caller names it */
  waitKey(s: Pick<Look, 'read'>, page: string = this.page): string {
    return waitKeyOf(s, this.scene, page, this.waitqueue);
  }
}
