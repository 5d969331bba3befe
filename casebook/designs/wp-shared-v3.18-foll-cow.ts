/** wp-shared-v3.18 with 19be0eaffa3a "mm: remove gup_flags FOLL_WRITE games from __get_user_pages()". */
import { defineDesign } from '../../model/design.ts';
import v318 from '../../model/designs/wp-shared-v3.18.ts';

export default defineDesign<typeof v318.parts>({
  ...v318,
  id: 'wp-shared-v3.18-foll-cow',
  title: 'wp-shared-v3.18, but FOLL_FORCE goes on looking for a copy: a dirty PTE, after VM_FAULT_WRITE',
  source: 'with 19be0eaffa3a "mm: remove gup_flags FOLL_WRITE games from __get_user_pages()"',
  parts: { ...v318.parts, follow_write: 'a dirty PTE' },
  expects: {},
});
