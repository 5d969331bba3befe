/** What the commands need of the checker. It is loaded inside a command, so that `--help` starts at once. */
import type { VerifyOptions } from '../verify/index.ts';
import type { RunResult } from '../verify/result.ts';

export interface LoadedDesign {
  readonly id: string;
  readonly title: string;
  /** Kernel version, patch or mail that it was read from. */
  readonly source: string;
  /** By property: the default scenarios in which it is violated. */
  readonly expects: Readonly<Record<string, readonly string[]>>;
  verify(scenario: string, options: VerifyOptions): Promise<RunResult>;
}

export interface Backend {
  designIds(): Promise<readonly string[]>;
  /** @throws FaultlineError E_UNKNOWN_NAME, E_DESIGN_FILE */
  loadDesign(idOrFile: string): Promise<LoadedDesign>;
  propertyIds(): Promise<readonly string[]>;
  describeProperties(): Promise<readonly { id: string; sentence: string; promisedBy: string }[]>;
  operations(): Promise<readonly { name: string; takesPage: boolean; what: string }[]>;
}

export async function loadBackend(): Promise<Backend> {
  const [registry, { verify }] = await Promise.all([import('../verify/registry.ts'), import('../verify/verify.ts')]);
  return {
    ...registry,
    loadDesign: async (idOrFile) => {
      const design = await registry.loadDesign(idOrFile);
      const { id, title, source, expects } = design;
      return { id, title, source, expects, verify: (scenario, options) => verify(design, scenario, options) };
    },
  };
}
