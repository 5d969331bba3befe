/** Where SARIF results point: the line of the design's file where it is known, else the kernel's source. */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ArtifactLocation, Location, PhysicalLocation, Run as SarifRun } from 'sarif';
import type { Source } from '../../explorer/chart.ts';
import type { Site } from '../../explorer/site.ts';
import type { TraceStep } from '../../explorer/trace.ts';
import { isOfFile } from '../hidden.ts';
import type { Run } from '../verdicts.ts';

/** Base of the built-in designs' files, wherever the package is installed. */
const PACKAGE = 'FAULTLINE';
const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Collects the bases that its locations are relative to. */
export class Locations {
  /** Files below it are named relative to it: a repository's alerts need that. */
  private readonly directory: string;
  private readonly bases = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  get originalUriBaseIds(): NonNullable<SarifRun['originalUriBaseIds']> {
    return Object.fromEntries([...this.bases].map(([id, text]) => [id, { description: { text } }]));
  }

  /** The step's line in the design's file, else its function's file in the kernel's tree; always the function's name. */
  ofStep(run: Run, step: TraceStep, message?: string): Location {
    const site = siteIn(run, step);
    return site ? { ...this.ofKernel(step, message), physicalLocation: this.at(site) } : this.ofKernel(step, message);
  }

  /** Whether the step is written in the design's file. */
  isInFile(run: Run, step: TraceStep): boolean {
    return siteIn(run, step) !== undefined;
  }

  /** The function's file in the kernel's tree, and its name. */
  ofKernel(step: TraceStep, message?: string): Location {
    const physical = step.source && this.inKernel(step.source);
    const { tree, file } = step.source ?? {};
    const qualified = [tree, file, step.function].filter((part) => part !== undefined).join(' ');
    return {
      ...(physical && { physicalLocation: physical }),
      logicalLocations: [{ name: step.function, kind: 'function', fullyQualifiedName: qualified }],
      ...(message !== undefined && { message: { text: message } }),
    };
  }

  /** The design as a whole; of a user's file the line at which it begins. */
  ofDesign(run: Pick<Run, 'design' | 'file'>): Location {
    const { file } = run;
    const region = file !== undefined && isOfFile(run) && { region: { startLine: beginOf(file) } };
    return {
      ...(file !== undefined && { physicalLocation: { artifactLocation: this.artifact(file), ...region } }),
      logicalLocations: [{ name: run.design, kind: 'module' }],
    };
  }

  private at({ file, line, column }: Site): PhysicalLocation {
    return { artifactLocation: this.artifact(file), region: { startLine: line, startColumn: column } };
  }

  /** Undefined for a source that is not a file of a tree, e.g. the processor's manual. */
  private inKernel({ tree, file }: Source): PhysicalLocation | undefined {
    if (!/^[\w.+-]+(?:\/[\w.+-]+)+$/.test(file)) return undefined;
    const uriBaseId = tree.toUpperCase().replace(/[^A-Z0-9.]+/g, '_');
    this.bases.set(uriBaseId, `The source tree of ${tree}`);
    return { artifactLocation: { uri: file, uriBaseId } };
  }

  private artifact(file: string): ArtifactLocation {
    const here = below(this.directory, file);
    if (here !== undefined) return { uri: here };
    const packaged = below(PACKAGE_ROOT, file);
    if (packaged === undefined) return { uri: pathToFileURL(file).href };
    this.bases.set(PACKAGE, 'The folder in which faultline is installed');
    return { uri: packaged, uriBaseId: PACKAGE };
  }
}

/** The line of the default export; of a file that cannot be read, or exports otherwise, the first. */
function beginOf(file: string): number {
  try {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((l) => /^\s*export\s+default\b|^\s*export\s*\{.*\bas default\b/.test(l));
    return Math.max(line, 0) + 1;
  } catch {
    return 1;
  }
}

/** The innermost of the step's call sites that is in the design's own file. */
const siteIn = ({ file }: Run, { sites = [] }: TraceStep): Site | undefined => sites.find((s) => s.file === file);

/** A file's path below a directory, as a relative URI. */
function below(directory: string, file: string): string | undefined {
  const path = relative(directory, file);
  if (path === '' || isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) return undefined;
  return path.split(sep).map(encodeURIComponent).join('/');
}
