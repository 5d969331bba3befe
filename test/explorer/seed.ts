/** Importing this fixes the seed of every law: the same tests twice. `FC_SEED` in the environment asks for other ones. */
import { env } from 'node:process';
import fc from 'fast-check';

export const SEED = Number(env.FC_SEED ?? 20_150_421);
fc.configureGlobal({ seed: SEED });
