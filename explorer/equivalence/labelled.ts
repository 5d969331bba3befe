/**
 * A labelled graph: what an observer sees of a system's steps, and nothing else. Number 0 is a step that shows nothing.
 * State 0 is the initial one.
 */
import type { Mark } from '../alternative.ts';
import { Shown } from '../shown.ts';
import type { ExploredGraph } from '../state-graph.ts';
import type { StepResult } from '../step.ts';
import type { System } from '../system.ts';

/** What an observer sees. */
export interface Observer {
  /** What of a component's value is seen; undefined: nothing. */
  readonly value: (kind: string, value: unknown) => string | undefined;
  /** How a component is called: those of a pool, of which it does not matter which one is used, are called the same. */
  readonly name: (id: string) => string;
  /** What of an event is seen. */
  readonly mark: (mark: Mark) => string | undefined;
  /** What of a component's value is seen when a run is over, and not before. Absent: nothing more. */
  readonly atEnd?: (kind: string, value: unknown) => string | undefined;
}

/** A step that shows nothing. */
export const SILENT = 0;

export interface Labelled {
  readonly states: number;
  /** Edges of state `s` are `first[s]` up to (excluding) `first[s + 1]`. */
  readonly first: Uint32Array;
  readonly target: Uint32Array;
  readonly label: Uint32Array;
}

/** Labels of several graphs, as numbers: the same text is the same number. */
export class Labels {
  readonly texts: string[] = [''];
  private readonly ids = new Map<string, number>([['', SILENT]]);

  intern(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.texts.push(text);
    this.ids.set(text, id);
    return id;
  }
}

/** A run that ends, as an observer is told: all processes have finished, or none can go on. */
export const ENDS = { finished: 'every process has finished', stuck: 'no process can go on' } as const;

/** What an observer sees of one system. */
export class Observation {
  private readonly shown: Shown;
  private readonly shownAtEnd: Shown | undefined;
  private readonly graph: ExploredGraph;
  private readonly observer: Observer;
  private readonly labels: Labels;
  /** Slots that are seen, with their names. */
  private readonly seen: ReadonlyMap<number, string>;
  private readonly stepTexts: (string | undefined)[] = [];

  /** @param common ids of the components that are looked at */
  constructor(system: System, graph: ExploredGraph, observer: Observer, labels: Labels, common: ReadonlySet<string>) {
    this.shown = new Shown(system, observer.value);
    this.shownAtEnd = observer.atEnd && new Shown(system, observer.atEnd);
    this.graph = graph;
    this.observer = observer;
    this.labels = labels;
    this.seen = new Map(
      system.names.flatMap((id, slot) => {
        const looked = system.components[slot] && !system.isMonitor(slot) && common.has(id);
        return looked ? [[slot, observer.name(id)]] : [];
      }),
    );
  }

  /** All that is seen of a state, had the run ended there. */
  state(s: number): string {
    return [this.text(this.shown, s), this.end(s)].filter(Boolean).join(', ');
  }

  /** What is seen of a state only because a run ends there. */
  private end(s: number): string {
    return this.shownAtEnd ? this.text(this.shownAtEnd, s) : '';
  }

  /** Components that are called the same come in a fixed order. */
  private text(shown: Shown, s: number): string {
    const parts = [...this.seen].flatMap(([slot, name]) => {
      const text = shown.of(slot, this.graph.local(s, slot));
      return text === undefined ? [] : [`${name}: ${text}`];
    });
    return parts.sort().join(', ');
  }

  labelled(): Labelled {
    const { graph: g } = this;
    const first = new Uint32Array(g.states + 1);
    const ends: number[] = [];
    for (let s = 0; s < g.states; s++) {
      const edges = g.firstEdge[s + 1]! - g.firstEdge[s]!;
      if (edges === 0) ends.push(s);
      // Who has come to an end is seen to be there for ever.
      first[s + 1] = first[s]! + Math.max(edges, 1);
    }
    const target = new Uint32Array(first[g.states]!);
    const label = new Uint32Array(first[g.states]!);
    for (let s = 0; s < g.states; s++) {
      let at = first[s]!;
      for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++, at++) {
        target[at] = g.target[e]!;
        label[at] = this.labels.intern(this.step(s, e));
      }
    }
    for (const s of ends) {
      const how = g.finished(s) ? ENDS.finished : ENDS.stuck;
      target[first[s]!] = s;
      label[first[s]!] = this.labels.intern(this.shownAtEnd ? `${how}: ${this.end(s)}` : how);
    }
    return { states: g.states, first, target, label };
  }

  /** What is seen of an edge. */
  private step(s: number, e: number): string {
    const { graph: g } = this;
    const { result } = g.cases[g.step[e]!]!;
    const marks = this.marks(g.step[e]!, result);
    const slots = this.touched(result);
    if (slots.length === 0) return marks;
    const changes = slots.flatMap(
      (slot) => this.shown.change(this.seen.get(slot), slot, g.local(s, slot), g.local(g.target[e]!, slot)) ?? [],
    );
    return [...changes.sort(), ...(marks === '' ? [] : [marks])].join(', ');
  }

  private marks(step: number, { marks }: StepResult): string {
    this.stepTexts[step] ??= marks.flatMap((m) => this.observer.mark(m) ?? []).join(', ');
    return this.stepTexts[step]!;
  }

  private touched({ sends }: StepResult): number[] {
    return [...new Set(sends.map((s) => s.slot))].filter((slot) => this.seen.has(slot));
  }
}
