import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'reclaim',
  takesPage: false,
  what: 'memory is short: the pages of the file are unmapped and, if clean, freed',
  part: (d, here, ret) => d.reclaim!(d, here, { RETURN: ret.NEXT }),
});
