/** A design with one thing left out, and all that can be left out of it. */
import type { Act, Alternative, StateConfig } from '../../explorer/chart.ts';
import type { AnyRef, EventLike } from '../../explorer/component.ts';
import type { Design } from '../../model/design.ts';
import { kernelMarks } from '../../model/marks.ts';
import { redirtied } from '../../model/registers.ts';
import { verify } from '../../verify/verify.ts';
import { EVERYWHERE, isAt, lockWaitOf, recheckOf, type Sent, type Site, sitesOfEvent, siteText } from './kinds.ts';
import { type Change, rewrite, type Standing, through } from './rewrite.ts';
import { asked } from './scenarios.ts';

const sentOf = (ref: unknown, event: EventLike): Sent => {
  const { id, kind } = ref as AnyRef;
  return { component: id, kind: kind.kind, event: { ...event } };
};

/** Everything of the kinds that the design's steps do in the scenarios. */
export async function sitesOf(design: Design, scenarios: readonly string[]): Promise<Site[]> {
  const sites = new Map<string, Site>();
  const note = (site: Site | undefined): void => {
    if (site) sites.set(siteText(site), site);
  };
  const listening: Change = (standing) => {
    const { alternative: a } = standing;
    // A re-check that never fails is left out like the others: whether it can fail is the question.
    if (a.unreached === undefined) note(plainSite(recheckOf(standing) ?? lockWaitOf(standing)));
    return a.effect ? { ...a, effect: (s) => a.effect!(heard(s, standing, note)) } : a;
  };
  for (const text of scenarios) {
    const { scenario, config } = asked(text);
    await verify(rewritten(design, listening), scenario, { config, properties: [] });
  }
  const found = [...sites.values()];
  const locks = new Map<string, Site[]>();
  for (const site of found.filter((s) => s.kind === 'lock'))
    locks.set(site.what, [...(locks.get(site.what) ?? []), site]);
  const whole = [...locks.values()]
    .filter((own) => own.length > 1)
    .map(([first]) => ({ ...first!, where: EVERYWHERE }));
  return [...found, ...whole].sort((a, b) => (siteText(a) < siteText(b) ? -1 : 1));
}

const plainSite = (site: Site | undefined): Site | undefined =>
  site && { kind: site.kind, what: site.what, where: site.where };

const heard = (s: Act, standing: Standing, note: (site: Site | undefined) => void): Act =>
  through(s, {
    send: (ref, event) => {
      for (const site of sitesOfEvent(standing, sentOf(ref, event))) note(site);
      s.send(ref, event);
    },
  });

const rewritten = (design: Design, change: Change): Design => ({
  ...design,
  rewrite: (chart: StateConfig) => rewrite(design.rewrite?.(chart) ?? chart, change),
});

/** The design without what is at the site, for every thread. */
export function without(design: Design, site: Site): Design {
  const change: Change = (standing) => {
    const { alternative: a } = standing;
    const heardBy = (own: Alternative): Alternative =>
      own.effect && site.kind !== 're-check' ? { ...own, effect: (s) => own.effect!(deaf(s, standing, site)) } : own;
    const known = site.kind === 're-check' ? recheckOf(standing) : lockWaitOf(standing);
    if (!known || !isAt(known, site)) return heardBy(a);
    return known.how === 'out' ? undefined : heardBy({ ...a, guard: () => true });
  };
  return { ...rewritten(design, change), id: `${design.id} without ${siteText(site)}` };
}

/** A view that does not pass on what is left out. */
function deaf(s: Act, standing: Standing, site: Site): Act {
  const isIt = (sent: Sent): boolean => sitesOfEvent(standing, sent).some((own) => isAt(own, site));
  let zapped = false;
  return through(s, {
    send: (ref, event) => {
      const it = isIt(sentOf(ref, event));
      if (it && site.kind === 'lock' && site.what === 'entry') {
        // The lock bit is part of other events: who puts an entry leaves it unlocked.
        if (event.type !== 'LOCK' && event.type !== 'UNLOCK') s.send(ref, { ...event, lockedBy: null });
        return;
      }
      if (it && site.kind === 'wake-up' && event.type === 'UNLOCK') {
        s.send(ref, { ...event, type: 'CLEAR' });
        return;
      }
      if (it && site.kind === 'unmap') zapped = true;
      // A PTE that is left alone keeps its references and its place in the TLBs.
      if (!it && !zapped) s.send(ref, event);
    },
    // Nor does its dirty bit go to the page.
    set: (register, value) => {
      if (!(zapped && register.name === redirtied.name)) s.set(register, value);
    },
    mark: (mark) => {
      const [m] = kernelMarks([mark]);
      if (!(site.kind === 'time' && m?.type === 'file_update_time' && isIt(TIME))) s.mark(mark);
    },
  });
}

const TIME: Sent = { component: 'inode', kind: 'inode', event: { type: 'FILE_UPDATE_TIME' } };
