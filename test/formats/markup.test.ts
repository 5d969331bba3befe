/** Texts inside of other languages: whatever a text holds, it stays a text. */
import fc from 'fast-check';
import { parse } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { attributes, xmlText } from '../../report/xml.ts';

/** Any text, with the characters that are markup somewhere much more often. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'<>&"\'`;#%:|\\{}[]()\n\t\r\u0000\u001b\ufffe\ud800', 'end', ' '),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('XML', () => {
  it('gives back every text, but for characters that XML cannot hold', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, inner) => {
        const xml = `<testsuites><testsuite${attributes({ name: `-${name}` })}><testcase><failure>-${xmlText(inner)}-</failure></testcase></testsuite></testsuites>`;
        const read = (await parse(xml)) as unknown as {
          testsuite: [{ name?: string; testcase: [{ failure: [{ inner: string }] }] }];
        };
        const illegal = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
        const [suite] = read.testsuite;
        expect(suite.name).toBe(`-${name}`.replace(illegal, '\ufffd'));
        expect(suite.testcase[0].failure[0].inner).toBe(`-${inner.replace(illegal, '\ufffd')}-`);
      }),
    );
  });
});
