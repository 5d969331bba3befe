/** Promela, the language of the model checker SPIN. */
import type { ModelFormat, SystemModel } from '../format.ts';
import { processesShape } from '../promela/processes.ts';
import { tableShape } from '../promela/table.ts';

const SHAPES: Readonly<Record<string, (model: SystemModel) => string>> = {
  table: tableShape,
  processes: processesShape,
};

const format: ModelFormat = {
  title: 'Promela, for SPIN',
  extension: 'pml',
  shapes: {
    table: 'an alternative for each way that a process steps, its place in a variable: to be compared with',
    processes: 'a program for each process, its place in it where SPIN keeps it: what SPIN explores fastest',
  },
  render: (model, shape) => SHAPES[shape]!(model),
};
export default format;
