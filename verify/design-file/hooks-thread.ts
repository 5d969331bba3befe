/** Module hooks for Nodes that run them on a thread of their own (before 22.15). */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { isOwnFile, otherSpellings, parentOf, stripped } from './resolution.ts';

let port: MessagePort | undefined;

export const initialize: InitializeHook<{ readonly port: MessagePort }> = (data) => {
  port = data.port;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  const parentURL = parentOf(specifier);
  if (parentURL) return next(specifier, { ...context, parentURL });
  try {
    return await next(specifier, context);
  } catch (e) {
    for (const other of otherSpellings(specifier)) {
      try {
        return await next(other, context);
      } catch {
        // The error to report is that of the specifier as it stands in the file.
      }
    }
    throw e;
  }
};

export const load: LoadHook = async (url, context, next) => {
  if (isOwnFile(url)) port?.postMessage(url);
  return stripped(url) ?? next(url, context);
};
