/** What foreign code threw, as text that can be printed. */

const LONGEST = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g;

/** One line of printable text. */
export function printable(text: string): string {
  const line = text.replace(CONTROL, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/**
 * The first line of what was thrown, whatever it was: a string, null, an object whose toString() throws.
 * @param preface what stands before the message proper
 */
export function thrownText(thrown: unknown, preface?: RegExp): string {
  try {
    const whole = String(thrown instanceof Error ? thrown.message || thrown.name : thrown);
    const text = preface ? whole.replace(preface, '') : whole;
    return printable(text.split('\n', 1)[0]!) || 'nothing that has a text';
  } catch {
    return 'something that has no text';
  }
}
