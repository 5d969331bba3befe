/** Installs the module hooks, once, when the first design file is loaded. */
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { isOwnFile, otherSpellings, parentOf, stripped } from './resolution.ts';

/** The synchronous API of Node 22.15 and 24: @types/node of the oldest Node does not know it. */
interface SyncHooks {
  readonly resolve: (
    specifier: string,
    context: object,
    next: (specifier: string, context: object) => object,
  ) => object;
  readonly load: (url: string, context: object, next: (url: string, context: object) => object) => object;
}
const { registerHooks } = module as { registerHooks?: (hooks: SyncHooks) => void };

const loaded = new Set<string>();
/** Absolute paths of the user's own files that were loaded so far: the design files and what they import. */
export const loadedFiles = (): readonly string[] => [...loaded].map((url) => fileURLToPath(url.replace(/[?#].*$/, '')));

let installed = false;

export function installHooks(): void {
  // Whoever runs these sources as TypeScript loads a design file as well.
  if (installed || import.meta.url.endsWith('.ts')) return;
  installed = true;
  if (registerHooks) registerHooks({ resolve, load });
  else {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (url: string) => loaded.add(url));
    port1.unref();
    module.register('./hooks-thread.js', { parentURL: import.meta.url, data: { port: port2 }, transferList: [port2] });
  }
}

const resolve: SyncHooks['resolve'] = (specifier, context, next) => {
  const parentURL = parentOf(specifier);
  if (parentURL) return next(specifier, { ...context, parentURL });
  try {
    return next(specifier, context);
  } catch (e) {
    for (const other of otherSpellings(specifier)) {
      try {
        return next(other, context);
      } catch {
        // The error to report is that of the specifier as it stands in the file.
      }
    }
    throw e;
  }
};

const load: SyncHooks['load'] = (url, context, next) => {
  if (isOwnFile(url)) loaded.add(url);
  return stripped(url) ?? next(url, context);
};
