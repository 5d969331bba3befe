/** What the commands need of the checker. It is loaded inside a command, so that `--help` starts at once. */
import type { Config } from '../model/config.ts';
import type { VerifyOptions } from '../verify/index.ts';
import type { RunResult } from '../verify/result.ts';

export interface PropertyText {
  readonly id: string;
  readonly sentence: string;
  readonly promisedBy: string;
}

export interface LoadedDesign {
  readonly id: string;
  readonly title: string;
  /** Kernel version, patch or mail that it was read from. */
  readonly source: string;
  /** By property: the default scenarios in which it is violated. */
  readonly expects: Readonly<Record<string, readonly string[]>>;
  /** Properties of its own, which came with its file. */
  readonly properties?: readonly PropertyText[];
  /** Whether its id alone says what it is: it did not come from a file. */
  readonly builtIn?: boolean;
  verify(scenario: string, options: VerifyOptions): Promise<RunResult>;
  /** Whether design and config have what the scenario wants. */
  supports(scenario: string, config: Config): Promise<boolean>;
  /** A line on what the config makes of it that its author may not expect; empty as a rule. */
  note?(config: Config): Promise<string>;
}

export interface Backend {
  designIds(): Promise<readonly string[]>;
  /** @throws FaultlineError E_UNKNOWN_NAME, E_DESIGN_FILE */
  loadDesign(idOrFile: string): Promise<LoadedDesign>;
  propertyIds(): Promise<readonly string[]>;
  describeProperties(): Promise<readonly PropertyText[]>;
  operations(): Promise<readonly { name: string; takesPage: boolean; words?: readonly string[]; what: string }[]>;
}

/** What explores is loaded when something is explored: most lists need names alone. */
export async function loadBackend(): Promise<Backend> {
  const [registry, { propertiesOf }, { isDesignFile }] = await Promise.all([
    import('../verify/registry.ts'),
    import('../verify/design-file/properties.ts'),
    import('../verify/design-file/is-design-file.ts'),
  ]);
  return {
    ...registry,
    loadDesign: async (idOrFile) => {
      const design = await registry.loadDesign(idOrFile);
      const { id, title, source, expects } = design;
      return {
        id,
        title,
        source,
        expects,
        properties: propertiesOf(design),
        builtIn: !isDesignFile(idOrFile),
        supports: async (scenario, config) => {
          const { supports } = await import('../verify/verify.ts');
          return supports(design, scenario, config);
        },
        note: async (config) => {
          const { overlaidText } = await import('../verify/design-file/overlaid.ts');
          return overlaidText([design], [config]);
        },
        verify: async (scenario, options) => {
          const { verify } = await import('../verify/verify.ts');
          const run = (): Promise<RunResult> => verify(design, scenario, options);
          if (!isDesignFile(idOrFile)) return run();
          const { runOf } = await import('../verify/design-file/run.ts');
          return runOf(idOrFile, run);
        },
      };
    },
  };
}
