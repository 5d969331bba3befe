/** The command line in a box: captured streams, and a checker whose verdicts the test decides. */
import type { Backend } from '../cli/backend.ts';
import type { Io } from '../cli/io.ts';
import { run } from '../cli/program.ts';
import { FaultlineError, nearNames } from '../explorer/errors.ts';
import type { VerifyOptions } from '../verify/index.ts';
import type { RunResult } from '../verify/result.ts';
import { madeRun } from './report-fixtures.ts';

export type Verdicts = Parameters<typeof madeRun>[0];
/** Verdicts of a design in a scenario text; an error is thrown. */
export type Judge = (design: string, scenario: string, options: VerifyOptions) => Verdicts | FaultlineError | Error;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Box {
  readonly judge?: Judge;
  readonly expects?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Which scenarios the filesystem does not have. */
  readonly lacks?: (scenario: string) => boolean;
  readonly terminal?: boolean;
  readonly debug?: boolean;
  /** Undefined: the real checker. */
  readonly load?: () => Promise<Backend>;
}

export const PROPERTIES = ['p', 'q'];
const DESIGNS = ['d1', 'd2', 'zero-page-v3'];
const OPERATIONS = ['load', 'store', 'write', 'truncate', 'punch'];

function backend({ judge = () => ({ p: 'holds', q: 'holds' }), expects = {}, lacks = () => false }: Box): Backend {
  return {
    designIds: async () => DESIGNS,
    loadDesign: async (id) => {
      if (!DESIGNS.includes(id)) {
        throw new FaultlineError('E_UNKNOWN_NAME', `there is no design "${id}"`, nearNames(id, DESIGNS));
      }
      const verify = async (scenario: string, options: VerifyOptions): Promise<RunResult> => {
        const verdicts = judge(id, scenario, options);
        if (verdicts instanceof Error) throw verdicts;
        options.onProgress?.({ states: 1, transitions: 1, depth: 1, frontier: 1, seconds: 1, bytes: 1 });
        return madeRun(verdicts, { design: id, scenario });
      };
      const supports = async (scenario: string) => !lacks(scenario);
      return { id, title: `the design ${id}`, source: 'a mail', expects: expects[id] ?? {}, verify, supports };
    },
    propertyIds: async () => PROPERTIES,
    describeProperties: async () => PROPERTIES.map((id) => ({ id, sentence: 'It is so.', promisedBy: 'mmap(2)' })),
    operations: async () => [
      ...OPERATIONS.map((name) => ({ name, takesPage: true, what: `${name}s a page` })),
      { name: 'fsync', takesPage: false, what: 'fsync(2)' },
      { name: 'mprotect', takesPage: false, words: ['ro', 'rw'], what: 'mprotect(2)' },
    ],
  };
}

/** Runs the command line with the checker of the box. */
export const boxed = (argv: readonly string[], box: Box = {}): Promise<Ran> =>
  captured(argv, { ...box, load: async () => backend(box) });

/** Runs the command line with the real checker, or the one of `load`. */
export async function captured(
  argv: readonly string[],
  { terminal = false, debug = false, load }: Box = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: {
      write: (text) => {
        err += text;
      },
      terminal,
    },
    debug,
  };
  const code = await run(argv, io, load);
  return { code, out, err };
}
