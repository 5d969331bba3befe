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

/** Only what a run ends with. */
export const ENDS = 'ends';

/** Which of several like objects was taken does not matter: `page.a.0` and `page.a.1` are both a page of a. */
export const withoutNumber = (id: string): string => id.replace(/^((?:page|anon)\..*)\.\d+$/, '$1');

/** The observer who sees all of these. */
export function observerOf(observables: readonly Observable[], endsOnly: boolean): Observer {
  return {
    endsOnly,
    name: withoutNumber,
    value: (kind, value) => {
      const seen = observables.flatMap((o) => o.values[kind]?.(value as never) ?? []);
      return seen.length === 0 ? undefined : seen.join(', ');
    },
    mark: (mark) => {
      const [m] = kernelMarks([mark]);
      const seen = m ? observables.flatMap((o) => o.mark?.(m) ?? []) : [];
      return seen.length === 0 ? undefined : seen.join(', ');
    },
  };
}
