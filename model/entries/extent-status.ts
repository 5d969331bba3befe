/**
 * Whether ext4's cache of extents has a page of the file: the inode's extent status tree. What it has is what the extent tree
 * says: both change under i_data_sem. In the state only with es-cache=on. fs/ext4/extents_status.c
 *
 * Pieces that touch and are alike are one piece, so that no boundary has to be kept: __es_insert_extent() merges what it
 * inserts with both neighbours wherever ext4_es_can_be_merged().
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { SLEEP } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface ExtentStatus {
  readonly cached: boolean;
}
export type ExtentStatusEvent =
  /** ext4_es_insert_extent(), ext4_es_cache_extent() */
  | { readonly type: 'INSERT' }
  /** ext4_es_remove_extent() */
  | { readonly type: 'REMOVE' };

const machine = valueMachine<ExtentStatus, ExtentStatusEvent>(
  'extent-status',
  { cached: false },
  { INSERT: () => ({ cached: true }), REMOVE: () => ({ cached: false }) },
);

const kind = defineComponent<ExtentStatus, ExtentStatusEvent>({
  kind: 'extent-status',
  machine,
  events: { INSERT: {}, REMOVE: {} },
  writableIn: [SLEEP],
  readableIn: [SLEEP],
  decode: recordOf<ExtentStatus>,
  show: ({ cached }) => (cached ? 'cached' : 'not cached'),
});

export const extentStatus = (page: string): Ref<ExtentStatus, ExtentStatusEvent> => kind.ref(`es.${page}`);
export const isCached = selector('cached', (e: ExtentStatus) => e.cached);

/** What differs between versions in what is put into the cache, and when. */
export interface EsCacheEra {
  /**
   * Whether ext4_es_cache_extent() also puts in an extent of which the cache has a part, in place of that; in 5.10, 6.1 and 6.12 only
   * one of which it has nothing. (7.1.3)
   */
  readonly overlapping: boolean;
  /** Whether zero-range has its lookup leave the other extents alone: EXT4_EX_QUERY_FILTER has EXT4_EX_NOCACHE. (7.1.3) */
  readonly queriesNocache: boolean;
}
