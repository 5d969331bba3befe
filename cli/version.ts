/** The package's version, as package.json has it. */
import { createRequire } from 'node:module';

export function version(): string {
  return (createRequire(import.meta.url)('faultline/package.json') as { version: string }).version;
}
