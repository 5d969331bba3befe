/** Text in a Mermaid diagram: what its grammar or the page would take for markup becomes an entity code. */

/** `;` ends a statement, `#` begins an entity code, a quote ends a label, `%%` begins a comment, the rest is HTML. */
const MARKUP = /[#;"`<>&%\\]/g;

export function mermaidText(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .trim()
    .replace(MARKUP, (c) => `#${c.charCodeAt(0)};`);
  // A lone "end" closes a block.
  const safe = line.replace(/\bend\b/gi, (word) => `${word[0]}#${word.charCodeAt(1)};${word[2]}`);
  return safe === '' ? '#160;' : safe;
}
