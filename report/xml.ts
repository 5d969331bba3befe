/** Text in XML 1.0: characters that no document may contain, even escaped, become U+FFFD. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** Everything but tab, line ends, and the planes' characters; `u` makes a lone surrogate a character of its own. */
const ILLEGAL = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const legal = (text: string): string => text.replace(ILLEGAL, '\ufffd');

/** For the text of an element. Readers turn a bare carriage return into a line feed. */
export const xmlText = (text: string): string => legal(text).replace(/[&<>\r]/g, (c) => ESCAPES[c]!);

/** For an attribute in double quotes: white space is kept as it is. */
const xmlAttribute = (text: string): string =>
  legal(text)
    .replace(/[&<>"]/g, (c) => ESCAPES[c]!)
    .replace(/[\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`);

/** ` name="value"` of each that is defined. */
export const attributes = (values: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(values)
    .filter(([, v]) => v !== undefined)
    .map(([name, v]) => ` ${name}="${xmlAttribute(String(v))}"`)
    .join('');
