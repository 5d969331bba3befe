/**
 * What `faultline equiv` can look at: each is a file under observables/, named as `--observe` names it. An observer sees
 * what a user, or the disk after a power cut, could come to see; never locks, wait queues or what a tree slot holds.
 */
import type { Observer } from '../explorer/equivalence/labelled.ts';
import { type KernelMark, kernelMarks } from './marks.ts';

export interface Observable {
  readonly id: string;
  /** One line for `faultline list observables`. */
  readonly what: string;
  /** Seen where `--observe` is not given. */
  readonly byDefault: boolean;
  /** By kind of component: what of its value is seen. */
  readonly values: Readonly<Record<string, (value: never) => string | undefined>>;
  readonly mark?: (mark: KernelMark) => string | undefined;
}

export const defineObservable = (observable: Observable): Observable => observable;

/** Only what a run ends with: of everything that is named. */
export const ENDS = 'ends';
/** `pte@end`: of this one only what a run ends with. */
export const AT_END = '@end';

/** A name for several. */
export interface ObservableChoice {
  readonly id: string;
  readonly what: string;
  /** As `--observe` would name them. */
  readonly of: readonly string[];
}

export const CHOICES: readonly ObservableChoice[] = [
  {
    id: 'user',
    what: 'what programs can come to see: results and times on the way, the file and the media when all is over',
    of: ['results', 'times', 'file@end', 'media@end'],
  },
];

/** One that is looked at. */
export interface Looked {
  readonly observable: Observable;
  /** When a run is over, and not before. */
  readonly atEnd: boolean;
}

/** As `--observe` names it. */
export const lookedText = ({ observable, atEnd }: Looked): string => `${observable.id}${atEnd ? AT_END : ''}`;

/** Which of several like objects was taken does not matter: `page.a.0` and `page.a.1` are both a page of a. */
export const withoutNumber = (id: string): string => id.replace(/^((?:page|anon)\..*)\.\d+$/, '$1');

/** The observer who sees all of these. */
export function observerOf(looked: readonly Looked[]): Observer {
  const onTheWay = looked.flatMap((l) => (l.atEnd ? [] : [l.observable]));
  const last = looked.flatMap((l) => (l.atEnd ? [l.observable] : []));
  return {
    name: withoutNumber,
    value: valuesOf(onTheWay),
    mark: (mark) => {
      const [m] = kernelMarks([mark]);
      return joined(m ? onTheWay.flatMap((o) => o.mark?.(m) ?? []) : []);
    },
    ...(last.length > 0 && { atEnd: valuesOf(last) }),
  };
}

const valuesOf =
  (observables: readonly Observable[]): Observer['value'] =>
  (kind, value) =>
    joined(observables.flatMap((o) => o.values[kind]?.(value as never) ?? []));

const joined = (seen: readonly string[]): string | undefined => (seen.length === 0 ? undefined : seen.join(', '));
