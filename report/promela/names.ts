/** Names in a Promela model: all begin with `fl_`, since others may be keywords or collide with SPIN's own C code. */

/** `pte[mm1].a` as `fl_pte_mm1_a`; two that differ in punctuation alone get numbers. */
export function promelaNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const plain = `fl_${name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')}`;
    let own = plain;
    for (let n = 2; used.has(own); n++) own = `${plain}_${n}`;
    used.add(own);
    return own;
  });
}

/** Text inside a comment. */
export const comment = (text: string): string =>
  `/* ${text
    .replace(/\*\//g, '*|')
    .replace(/\/\*/g, '|*')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/\\$/, '')} */`;
