/** The types of the vitest matchers, as a user's test file has them. Nothing in here runs. */
import { expect } from 'vitest';
import 'faultline/vitest';
import design from 'faultline/designs/v4.14';

export async function matchers(): Promise<void> {
  await expect(design).toHold('no-warn', { scenario: 'load-store', config: { 'block-reuse': 'none' } });
  await expect(design).toViolate('no-warn', { scenario: 'store-write' });
  await expect('v4.14').toViolate('no-warn', { scenario: 'store-write', steps: 34 });
  await expect(design).toBehaveAsDeclared();
  // @ts-expect-error a misspelt matcher
  await expect(design).toHodl('no-warn', { scenario: 'load-store' });
  // @ts-expect-error no scenario
  await expect(design).toHold('no-warn');
  // @ts-expect-error a misspelt option
  await expect(design).toHold('no-warn', { scenari: 'load-store' });
  // @ts-expect-error what holds has no shortest run
  await expect(design).toHold('no-warn', { scenario: 'load-store', steps: 34 });
  // @ts-expect-error a misspelt config
  await expect(design).toHold('no-warn', { scenario: 'load-store', config: { 'block-reuse': 'nome' } });
}
