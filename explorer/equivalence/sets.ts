/** Sets of small numbers, interned: equal sets have the same number. Exact: a set is a path in a trie, not a hash. */

export class Sets {
  /** By trie node and element, the next node. */
  private readonly next = new Map<number, number>();
  private readonly elements: number;
  private nodes = 1;

  /** @param elements all are smaller */
  constructor(elements: number) {
    this.elements = elements;
  }

  /** @param sorted without repetition, ascending */
  intern(sorted: Iterable<number>): number {
    let node = 0;
    for (const n of sorted) node = this.after(node, n);
    return node;
  }

  get size(): number {
    return this.nodes;
  }

  private after(node: number, element: number): number {
    const key = node * this.elements + element;
    const known = this.next.get(key);
    if (known !== undefined) return known;
    this.next.set(key, this.nodes);
    return this.nodes++;
  }
}

export const sortedUnique = (numbers: number[]): number[] => {
  numbers.sort((a, b) => a - b);
  let end = 0;
  for (const n of numbers) if (end === 0 || n !== numbers[end - 1]) numbers[end++] = n;
  numbers.length = end;
  return numbers;
};
