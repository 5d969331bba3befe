import { defineOperation } from '../operation.ts';

export default defineOperation({
  name: 'write',
  takesPage: true,
  takesPages: true,
  what: 'write(2) of one page, or one write(2) of pages that follow each other: `write a+b`',
  part: (d, here, ret) => {
    // Without write_pages such a scenario is refused.
    const write = here.op.pages ? d.write_pages! : d.write;
    return write(d, here, { RETURN: ret.NEXT });
  },
});
