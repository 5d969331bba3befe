/** The folder of the package: of the sources while they run as TypeScript, else of the folder that holds dist/. */
export const PACKAGE_ROOT = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url);
