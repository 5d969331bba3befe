/** A design beside itself without one thing, as `faultline equiv` prints it. */
import { nearNames, wrongUsage } from '../../explorer/errors.ts';
import type { Design } from '../../model/design.ts';
import { equivText } from '../../report/equiv.ts';
import { equiv } from '../../verify/equiv.ts';
import { sitesOf, without } from './ablate.ts';
import { siteText } from './kinds.ts';
import { asked } from './scenarios.ts';
import { OBSERVED } from './try.ts';

const WIDTH = 100;

/** @param what fits the site's text, such as `time file_update_time in write` @throws FaultlineError E_USAGE: it fits none, or several */
export async function shown(design: Design, what: RegExp, text: string, observe?: string): Promise<string> {
  const sites = await sitesOf(design, [text]);
  const fitting = sites.filter((site) => what.test(siteText(site)));
  const [site] = fitting;
  if (!site || fitting.length > 1) {
    const names = (fitting.length > 0 ? fitting : sites).map(siteText);
    const message = `--show ${what.source} fits ${fitting.length} things that ${design.id} does in "${text}"`;
    throw wrongUsage(message, nearNames(what.source, names));
  }
  const { scenario, config } = asked(text);
  const designs = [design, without(design, site)] as const;
  const run = await equiv(designs, scenario, { config, observe: observe?.split(',') ?? OBSERVED });
  const ids = [design.id, designs[1].id] as const;
  return equivText(
    { designs: ids, runs: [run], failed: [], notRun: [], exitCode: 0, seconds: run.seconds },
    WIDTH,
    false,
  );
}
