/** Mermaid's own parser. It cleans HTML in labels with DOMPurify, which wants a browser: parsing does not need it. */
import DOMPurify from 'dompurify';
import mermaid from 'mermaid';

Object.assign(DOMPurify, { addHook: () => {}, removeHook: () => {}, sanitize: (text: string) => text });
// Limits of a page, not of the grammar.
mermaid.initialize({ maxEdges: 1_000_000, maxTextSize: 100_000_000 });

/** @returns the kind of diagram @throws Error with the line that does not parse */
export async function parseMermaid(text: string): Promise<string> {
  const parsed = await mermaid.parse(text);
  if (!parsed) throw new Error('not a diagram');
  return parsed.diagramType;
}
