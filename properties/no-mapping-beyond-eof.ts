/** An access behind the end of the file is answered with SIGBUS: so nothing there stays mapped, private copies included. */
import { violated } from '../explorer/property.ts';
import { inode, iSize } from '../model/entries/inode.ts';
import { defineProperty } from './define.ts';
import { now, translationsOf } from './translations.ts';

export default defineProperty({
  id: 'no-mapping-beyond-eof',
  sentence: 'At quiescence no translation, shared or private, maps a page that is not inside i_size.',
  promisedBy:
    'POSIX.1-2017 mmap(): references to "whole pages following the end of an object shall result in delivery of a SIGBUS signal"; mm/memory.c unmap_mapping_range(): "when truncating (even_cows), private copies too"',
  premise: 'the file was cut before a page of a mapping',
  needs: (_design, scene) =>
    scene.threads.some((t) => t.operations.some((o) => o.name === 'truncate'))
      ? undefined
      : 'a truncate in the scenario',
  instance: (scene) => ({
    quiescence: translationsOf(scene).map((t) => {
      const { index } = scene.pages.find((p) => p.name === t.page)!;
      return {
        name: t.name,
        judge: (s) => {
          if (index < s.read(inode, iSize)) return undefined;
          const left = now(s, t);
          return left === null || violated(`in the end ${t.id} maps ${left.pfn}, behind the end of the file`);
        },
      };
    }),
  }),
});
