/** Where a report goes: text on the terminal, one format on stdout, or any number of formats into files. */
import { nearNames, wrongUsage } from '../explorer/errors.ts';
import type { Format } from '../report/format.ts';
import type { Report } from '../report/report.ts';
import { count } from '../report/text.ts';
import { formatIds, loadFormat } from '../verify/registry.ts';
import { prepareDirectory, writeFiles } from './files.ts';
import type { Io } from './io.ts';

export interface OutputFlags {
  readonly json?: boolean;
  readonly out?: string;
  /** Each may hold several, separated by commas. */
  readonly format?: readonly string[];
}

export interface Output {
  /** In place of the text. */
  readonly stdout?: NamedFormat;
  readonly files?: { readonly directory: string; readonly formats: readonly NamedFormat[] };
  /** Whether some format wants the lines of the design's file. */
  readonly sites: boolean;
}

interface NamedFormat extends Format {
  readonly id: string;
}

/** The format that the terminal shows anyway. */
const TEXT = 'table';

/** Checks the options, loads the formats and makes the directory. @throws FaultlineError E_USAGE, E_UNKNOWN_NAME, E_OUTPUT */
export async function prepareOutput({ json = false, out, format = [] }: OutputFlags): Promise<Output> {
  const ids = [...new Set(format.flatMap((f) => f.split(',')).map((f) => f.trim()))];
  const known = await formatIds();
  if (format.length > 0 && ids.includes('')) throw wrongUsage('--format without a name', nearNames('', known));
  const formats = await Promise.all(ids.map(named));
  if (out === undefined) {
    if (formats.length > 1) {
      throw wrongUsage(
        `--format ${ids.join(', ')} without --out`,
        'One format goes to stdout; give --out DIR for several.',
      );
    }
    if (json && formats.length > 0 && ids[0] !== 'json') {
      throw wrongUsage(`--json and --format ${ids[0]} both go to stdout`, 'Give --out DIR for the files of --format.');
    }
    const stdout = json ? await named('json') : formats.find((f) => f.id !== TEXT);
    return { ...(stdout && { stdout }), sites: stdout?.sites === true };
  }
  if (formats.length === 0) throw wrongUsage('--out without --format', `Say which: --format ${known.join(', ')}.`);
  if (out === '') throw wrongUsage('--out without a directory', 'Give a directory: --out reports.');
  prepareDirectory(out);
  const stdout = json ? await named('json') : undefined;
  return {
    ...(stdout && { stdout }),
    files: { directory: out, formats },
    sites: formats.some((f) => f.sites === true),
  };
}

/** The same, but for formats that show something of the caller's own. @param renderers by format */
export function withRenderers(
  { stdout, files, sites }: Output,
  renderers: Readonly<Record<string, Format['render']>>,
): Output {
  const replaced = (f: NamedFormat): NamedFormat => ({ ...f, render: renderers[f.id] ?? f.render });
  return {
    ...(stdout && { stdout: replaced(stdout) }),
    ...(files && { files: { ...files, formats: files.formats.map(replaced) } }),
    sites,
  };
}

const named = async (id: string): Promise<NamedFormat> => ({ ...(await loadFormat(id)), id });

/** Writes the report in all its formats; the text is shown unless a format takes its place. @throws FaultlineError E_OUTPUT */
export function deliver({ stdout, files }: Output, report: Report, showText: () => void, io: Io): void {
  if (stdout) toStdout(stdout, report, io);
  else showText();
  if (!files) return;
  const rendered = files.formats.map((f) => f.render(report).map((r) => ({ ...r, extension: f.extension })));
  const paths = writeFiles(files.directory, rendered.flat());
  const none = files.formats.filter((_, i) => rendered[i]!.length === 0).map((f) => f.id);
  io.err.write(`${count(paths.length, 'file')} written to ${files.directory}\n`);
  if (none.length > 0) io.err.write(`no counterexample, so no file of ${none.join(', ')}\n`);
}

/** Of a format with a file per counterexample, the first one: two in one stream would be no document. */
function toStdout(format: NamedFormat, report: Report, io: Io): void {
  const [first, ...others] = format.render(report);
  if (!first) {
    io.err.write(`no counterexample, so nothing to write as ${format.id}\n`);
    return;
  }
  io.out(first.text);
  if (others.length > 0) {
    io.err.write(
      `${first.name}: the first of ${others.length + 1} counterexamples; --out DIR --format ${format.id} writes all, ` +
        '--property and --scenario choose one\n',
    );
  }
}
