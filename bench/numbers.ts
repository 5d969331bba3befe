/** Figures as people read them. */
import { type BenchCase, sizeOf } from './cases.ts';
import type { Spread } from './statistics.ts';

/** Three digits: `1.27 M`, `640 k`. */
export function count(n: number): string {
  if (n >= 1e6) return `${digits(n / 1e6)} M`;
  if (n >= 1e3) return `${digits(n / 1e3)} k`;
  return digits(n);
}

export const digits = (n: number): string => (n >= 99.95 ? n.toFixed(0) : n >= 9.995 ? n.toFixed(1) : n.toFixed(2));

export const decimal = (n: number): string => n.toFixed(1);
export const ratio = (n: number): string => `${digits(n)} ×`;
export const whole = (n: number): string => n.toLocaleString('en-US');
export const power = (c: BenchCase): string => `10^${sizeOf(c)}`;
export const percent = (share: number): string => `${Math.round(100 * share)} %`;
export const seconds = (n: number): string => `${digits(n)} s`;

export function bytes(n: number): string {
  return n >= 2 ** 30 ? `${digits(n / 2 ** 30)} GiB` : `${digits(n / 2 ** 20)} MiB`;
}

/** `1.27 M (1.20 M–1.31 M)`; the spread is left out of a single value. */
export function withSpread(s: Spread | undefined, text: (n: number) => string): string {
  if (!s) return '–';
  return s.n === 1 ? text(s.median) : `${text(s.median)} (${text(s.min)}–${text(s.max)})`;
}

/** A table: the first column has words, the others figures. */
export function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...lines.map(line)].join('\n');
}
