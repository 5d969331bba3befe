/** Conditions on a variable, and what a step makes of one, as Promela expressions that SPIN evaluates in a few operations. */

/** Bits of SPIN's int that a constant may use without becoming negative. */
const BITS = 31;

/**
 * Whether `name` has one of `values`, where it can only have one of these or of `others`: what else it might be need not
 * be excluded.
 */
export function oneOf(name: string, values: readonly number[], others: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (values.length === 1) return `${name} == ${least}`;
  if (others.length === 1) return `${name} != ${others[0]}`;
  if (others.every((o) => o > most)) return `${name} <= ${most}`;
  if (others.every((o) => o < least)) return `${name} >= ${least}`;
  if (others.every((o) => o < least || o > most)) return `(${name} >= ${least} && ${name} <= ${most})`;
  const mask = values.reduce((bits, v) => bits + 2 ** v, 0);
  if (Math.max(most, ...others) < BITS) return `((${mask} >> ${name}) & 1)`;
  return `(${runs(values, others)
    .map(([from, to]) => (from === to ? `${name} == ${from}` : `(${name} >= ${from} && ${name} <= ${to})`))
    .join(' || ')})`;
}

/** Ranges that hold all of `values` and none of `others`. */
function runs(values: readonly number[], others: readonly number[]): [number, number][] {
  const out: [number, number][] = [];
  for (const v of [...values].sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last && !others.some((o) => o > last[1] && o < v)) last[1] = v;
    else out.push([v, v]);
  }
  return out;
}

/** What `name` becomes, as an expression; undefined: it stays as it is. */
export function becomes(name: string, to: ReadonlyMap<number, number>): string | undefined {
  if ([...to].every(([a, b]) => a === b)) return undefined;
  const images = [...new Set(to.values())];
  if (images.length === 1) return String(images[0]);
  const [[first, image]] = to as unknown as [[number, number]];
  const add = image - first;
  if ([...to].every(([a, b]) => b - a === add)) return `${name} ${add < 0 ? '-' : '+'} ${Math.abs(add)}`;
  return shifted(name, to) ?? chain(name, to, images);
}

/** All images in one constant, the variable saying which: no branch. */
function shifted(name: string, to: ReadonlyMap<number, number>): string | undefined {
  const width = Math.max(1, Math.ceil(Math.log2(Math.max(...to.values()) + 1)));
  if ((Math.max(...to.keys()) + 1) * width > BITS) return undefined;
  const all = [...to].reduce((bits, [a, b]) => bits + b * 2 ** (a * width), 0);
  const by = width === 1 ? name : `(${name} * ${width})`;
  return `(${all} >> ${by}) & ${2 ** width - 1}`;
}

/** One question for each image but the one that most have; what stays is an image of its own. */
function chain(name: string, to: ReadonlyMap<number, number>, images: readonly number[]): string {
  const stay = [...to].flatMap(([a, b]) => (a === b ? [a] : []));
  const of = images.map((image) => ({
    image: String(image),
    from: [...to].flatMap(([a, b]) => (b === image && a !== b ? [a] : [])),
  }));
  const all = [...of, { image: name, from: stay }].filter(({ from }) => from.length > 0);
  all.sort((a, b) => a.from.length - b.from.length);
  const last = all.pop()!;
  const rest = [...last.from];
  return all.reverse().reduce((otherwise, { image, from }) => {
    const text = `(${oneOf(name, from, rest)} -> ${image} : ${otherwise})`;
    rest.push(...from);
    return text;
  }, last.image);
}
