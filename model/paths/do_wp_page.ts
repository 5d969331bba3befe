/**
 * A store on a present read-only PTE. do_wp_page() is entered with the PTL held and pte_same() tested, so its first
 * decision belongs to the step that leads here: these charts begin with dispatch states.
 */
import {
  type Act,
  chart,
  dispatch,
  type Guard,
  otherwise,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import { sameAs } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import { countsZero, isNormalPage } from '../normal-page.ts';
import type { MmParts, Returns } from '../parts.ts';
import { origPte } from '../registers.ts';
import { LOCAL, PTL } from '../sections.ts';
import { V40, V41, V414 } from '../sources.ts';
import { getPage, putPage } from './struct_page.ts';

export function do_wp_page(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  if (!here.shared) return d.wp_page_copy(d, here, { DONE: ret.DONE });
  return chart(here, {
    vm_normal_page: dispatch(
      'do_wp_page',
      V40.memory,
      unreachedIf(
        !hasPages(d, here),
        NO_PAGES,
        when((s) => isNormalPage(here.scene, s.get(origPte)!.pfn), 'wp_page_shared', ''),
      ),
      unreachedIf(d.page_cache, 'every PTE of the page cache has a struct page', otherwise('wp_pfn_shared', '')),
    ),
    wp_page_shared: d.wp_page_shared(d, here.at('wp_page_shared'), ret),
    wp_pfn_shared: d.wp_pfn_shared(d, here.at('wp_pfn_shared'), ret),
  });
}

/** The PTE still is what the fault began with. Compares values, so A-B-A passes. */
export const pte_same =
  (here: Here): Guard =>
  (s) =>
    s.read(here.pte, sameAs(s.get(origPte)));

/** wp_page_reuse(): the snapshot with young, dirty and write. Under the PTL that pte_same() was tested under. */
export const wp_page_reuse =
  (here: Here) =>
  (s: Act): void => {
    s.send(here.pte, { type: 'SET', pte: { ...s.get(origPte)!, w: true, d: true } });
    s.set(origPte, null);
  };

const NO_PAGES = 'holes are mapped with the zero page, which do_wp_page() takes for storage';

/** Whether a hole of a shared mapping can be mapped by a struct page that the mm knows. */
const hasPages = (d: MmParts, here: Here): boolean => d.hole_pages || countsZero(here.scene);

const forget = (s: Act): void => s.set(origPte, null);

/** wp_page_shared() for a page-cache page (or a counted zero page): the handler does all the work; its NOPAGE means "retry the access". */
export function wp_page_shared(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  const put = (to: string) =>
    step(
      LOCAL,
      'wp_page_shared',
      V40.memory,
      unreachedIf(
        !hasPages(d, here),
        NO_PAGES,
        otherwise(to, 'put_page()', (s) => {
          putPage(s, s.get(origPte)!.pfn);
          forget(s);
        }),
      ),
    );
  return chart(here, {
    get_page: dispatch(
      'wp_page_shared',
      V40.memory,
      unreachedIf(
        !hasPages(d, here),
        NO_PAGES,
        otherwise('page_mkwrite', 'get_page(); unlock ptl', (s) => getPage(s, s.get(origPte)!.pfn)),
      ),
    ),
    page_mkwrite: d.page_mkwrite(d, here.at('page_mkwrite'), {
      NOPAGE: here.to('put_page'),
      SIGBUS: here.to('put_sigbus'),
    }),
    put_page: put(ret.DONE),
    put_sigbus: put(ret.SIGBUS),
  });
}

/**
 * v4.0: a PTE without struct page is made writable at once, in the same PTL section. No file_update_time(), no freeze
 * protection, no call into the filesystem: do_wp_page() forgets the mtime.
 */
export function wp_pfn_shared_v40(_d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  return chart(here, {
    reuse: dispatch(
      'do_wp_page',
      V40.memory,
      otherwise(ret.DONE, 'reuse: ptep_set_access_flags(rw)', wp_page_reuse(here)),
    ),
  });
}

/** v4.1: the PTL is dropped round ->pfn_mkwrite(); NOPAGE from it means "fine, now make the PTE writable". */
export function wp_pfn_shared_v41(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  const { pfn_mkwrite } = d;
  if (!pfn_mkwrite) return wp_pfn_shared_v40(d, here, ret);
  return chart(here, {
    unlock: dispatch('wp_pfn_shared', V41.memory, otherwise('pfn_mkwrite', 'unlock ptl')),
    pfn_mkwrite: pfn_mkwrite(d, here.at('pfn_mkwrite'), { NOPAGE: here.to('relock'), SIGBUS: ret.SIGBUS }),
    relock: step(
      PTL,
      'wp_pfn_shared',
      V41.memory,
      when(pte_same(here), ret.DONE, 'pte_same(): wp_page_reuse(rw)', wp_page_reuse(here)),
      otherwise(ret.DONE, '!pte_same(): retry', forget),
    ),
  });
}

/** v4.10 and later: NOPAGE from ->pfn_mkwrite() means that the handler dealt with the PTE itself. */
export function wp_pfn_shared(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  const { pfn_mkwrite } = d;
  if (!pfn_mkwrite) {
    return chart(here, {
      reuse: dispatch('wp_page_reuse', V414.memory, otherwise(ret.DONE, 'wp_page_reuse(rw)', wp_page_reuse(here))),
    });
  }
  return chart(here, {
    unlock: dispatch('wp_pfn_shared', V414.memory, otherwise('pfn_mkwrite', 'unlock ptl')),
    pfn_mkwrite: pfn_mkwrite(d, here.at('pfn_mkwrite'), ret_nopage(ret)),
  });
}

const ret_nopage = (ret: Returns<'DONE' | 'SIGBUS'>): Returns<'NOPAGE' | 'SIGBUS'> => ({
  NOPAGE: ret.DONE,
  SIGBUS: ret.SIGBUS,
});

/** finish_mkwrite_fault(): one PTL section. */
export function finish_mkwrite_fault(here: Here, to: string): StateConfig {
  return step(
    PTL,
    'finish_mkwrite_fault',
    V414.memory,
    when(pte_same(here), to, 'pte_same(): wp_page_reuse(rw)', wp_page_reuse(here)),
    otherwise(to, '!pte_same(): nothing', forget),
  );
}

/** Leaves the snapshot behind where the handler does not use it. */
export const forgetOrigPte = forget;
