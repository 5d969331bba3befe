/** What a filesystem does not have in any era. */
import type { Config } from '../config.ts';
import type { InitialPage } from '../scenario.ts';
import { calls, type Rule, refused } from './rule.ts';

interface Lacks {
  readonly initial: readonly InitialPage[];
  readonly operations: readonly string[];
}
const LACKS: Readonly<Partial<Record<Config['fs'], Lacks>>> = {
  ext2: { initial: ['unwritten'], operations: ['punch', 'fallocate', 'zero'] },
};

export const lacked: Rule = (_, scenario, { fs }) => {
  const lacks = LACKS[fs];
  const page = scenario.pages.find((p) => lacks?.initial.includes(p.initial));
  if (page) {
    return refused(
      `${fs} has no ${page.initial} extents, and page ${page.name} begins as one`,
      `Write ${page.name}=block or ${page.name}=hole, or leave fs=${fs} out.`,
    );
  }
  const call = calls(scenario).find((o) => lacks?.operations.includes(o.name));
  return call
    ? refused(
        `${fs} has no ${call.name}: its files have no fallocate(2), which returns EOPNOTSUPP`,
        `Leave ${call.name} out of the scenario, or fs=${fs}.`,
      )
    : undefined;
};
