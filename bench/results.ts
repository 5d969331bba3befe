/** All samples of one run of the bench. */
import type { Contender, Task } from './contender.ts';
import { taskName } from './contender.ts';
import { type Figures, isFailure, type Purpose, type Sample } from './sample.ts';
import { type Spread, spread } from './statistics.ts';

export interface Row {
  readonly task: Task;
  readonly contender: Contender;
  readonly samples: Sample[];
}

export class Results {
  readonly rows: Row[] = [];

  add(task: Task, contender: Contender, sample: Sample): void {
    this.row(task, contender).samples.push(sample);
  }

  /** Of a task, in the order of the plan. */
  of(task: Task): Row[] {
    return this.rows.filter((r) => taskName(r.task) === taskName(task));
  }

  find(purpose: Purpose, subject: string, contender: string): Row | undefined {
    return this.rows.find(
      (r) => r.task.purpose === purpose && r.task.subject.name === subject && r.contender.id === contender,
    );
  }

  row(task: Task, contender: Contender): Row {
    const known = this.find(task.purpose, task.subject.name, contender.id);
    if (known) return known;
    const row: Row = { task, contender, samples: [] };
    this.rows.push(row);
    return row;
  }

  /** Results that cannot be right. */
  get wrong(): string[] {
    return this.rows.flatMap((r) =>
      r.samples.flatMap((s) =>
        isFailure(s) && s.wrong ? [`${taskName(r.task)}, ${r.contender.title}: ${s.failed}`] : [],
      ),
    );
  }
}

export const figuresOf = (row: Row | undefined): Figures[] =>
  row?.samples.flatMap((s) => (isFailure(s) ? [] : [s])) ?? [];

export const measured = (row: Row | undefined, of: (f: Figures) => number | undefined): Spread | undefined =>
  spread(figuresOf(row).flatMap((f) => of(f) ?? []));

export const median = (row: Row | undefined, of: (f: Figures) => number | undefined): number | undefined =>
  measured(row, of)?.median;

export const statesPerSecond = (f: Figures): number | undefined => per(f.states, f.searchSeconds);
/** As SPIN's are counted: without what makes the model executable. */
export const statesPerSecondOfSearch = (f: Figures): number | undefined =>
  per(f.states, f.searchSeconds - (f.tableSeconds ?? 0));
export const transitionsPerSecond = (f: Figures): number | undefined => per(f.transitions, f.searchSeconds);
export const bytesPerState = (f: Figures): number | undefined => per(f.storedBytes, f.states);

/** pan's clock shows hundredths of seconds: below, there is no rate. */
const per = (n: number, by: number): number | undefined => (by > 0.005 ? n / by : undefined);
