/** The pages of docs/reference/, by file name. Each is made from the code: what is registered shows up by itself. */
import commandLine from './command-line.ts';
import configs from './configs.ts';
import costs from './costs.ts';
import designs from './designs.ts';
import exitCodes from './exit-codes.ts';
import formats from './formats.ts';
import library from './library.ts';
import operations from './operations.ts';
import parts from './parts.ts';
import properties from './properties.ts';
import scenarios from './scenarios.ts';

export const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  'command-line.md': commandLine,
  'configs.md': configs,
  'costs.md': costs,
  'designs.md': designs,
  'exit-codes.md': exitCodes,
  'formats.md': formats,
  'library.md': library,
  'operations.md': operations,
  'parts.md': parts,
  'properties.md': properties,
  'scenarios.md': scenarios,
};
