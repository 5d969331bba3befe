/** The observer's log as a table: one line per operation, without addresses, times and process ids. */

interface Logged {
  readonly operation: string;
  readonly result: string;
  readonly state: string;
  readonly events: string[];
}

/** @param events whether races have them @returns the table's text, without its header */
export function tableOf(log: string, events = { ofRaces: true }): string {
  const out: string[] = [];
  let last: Logged | undefined;
  const flush = (): void => {
    if (last) out.push(rowOf(last));
    last = undefined;
  };
  for (const line of log.split(/\r?\n/)) {
    if (line.startsWith('S ')) {
      flush();
      out.push(`## ${line.slice(2).trim()}`);
    } else if (line.startsWith('O ')) {
      flush();
      last = loggedOf(line);
    } else if (line.startsWith('  T ') && last && (events.ofRaces || !last.operation.startsWith('par '))) {
      last.events.push(eventOf(line));
    }
  }
  flush();
  return `${out.join('\n')}\n`;
}

/**
 * The same of scenarios with races: what went alike is one, with how often. In a race the order of events is chance, and which
 * blocks were taken is no matter.
 */
export function raceTableOf(log: string): string {
  const times = new Map<string, number>();
  for (const section of tableOf(log.replace(/ ~\d+/g, ''), { ofRaces: false }).split(/^## /m).slice(1)) {
    const plain = withPlainFrames(section.trimEnd());
    times.set(plain, (times.get(plain) ?? 0) + 1);
  }
  return [...times].map(([section, n]) => `## ${section.replace('\n', ` *${n}\n`)}\n`).join('');
}

/** A page frame of the storage, and whether it is the first of 2 MiB. */
const FRAME = /\bD([0-9a-f]+?)(2M|\b)/g;
/** Pages of 2 MiB. */
const RANGE = 512;
/** Farther from each other than a scenario has pages. */
const APART = 0x1000;

/** Frames in the order in which they come, but those of 2 MiB as far from each other as they are. */
function withPlainFrames(section: string): string {
  const ranges = new Set(
    [...section.matchAll(FRAME)].filter(([, , huge]) => huge === '2M').map(([, frame]) => rangeOf(frame!)),
  );
  const names = new Map<string, string>();
  for (const [n, range] of [...ranges].entries()) {
    for (let i = 0; i < RANGE; i++) names.set((range * RANGE + i).toString(16), (APART * (n + 1) + i).toString(16));
  }
  let others = 0;
  return section.replace(FRAME, (_, frame: string, huge: string) => {
    if (!names.has(frame)) names.set(frame, String(others++));
    return `D${names.get(frame)}${huge}`;
  });
}

const rangeOf = (frame: string): number => Math.floor(Number.parseInt(frame, 16) / RANGE);

/** `O 3 | st a 1 | rc=0 … us=7 | a0{…} … smapsa[…]`; a race has a bar in its operation. */
function loggedOf(line: string): Logged {
  const [, operation = '', result = '', state = ''] = /^O \d+ \| (.*) \| (rc=.*?) \|(.*)$/.exec(line) ?? [];
  return { operation, result: resultOf(result), state: stateOf(state), events: [] };
}

const resultOf = (text: string): string =>
  text
    .replace(/ us=\d+/, '')
    .replace('rc=0 ', '')
    .replace(' maj=0', '')
    .replace('mtime=same', 'm-')
    .replace('ctime=same', 'c-')
    .replace('mtime=MOVED', 'm+')
    .replace('ctime=MOVED', 'c+')
    .replace(/minflt=(\d+)\/(\d+)/, (_, usage, stat) =>
      usage === stat ? `min=${usage}` : `min=${usage}(stat ${stat})`,
    )
    .trim();

/** What is neither mapped nor in the tree is left out, and so is what smaps says where that is nothing. */
const stateOf = (text: string): string =>
  text
    .replace(/ ?smaps.\[(.*?)vmf=[^\]]*\]/g, (_, sizes: string) => {
      const shown = sizes.split(/\s+/).filter((s) => s !== '' && !s.endsWith('=0'));
      return shown.length === 0 ? '' : ` sm[${shown.join(' ')}]`;
    })
    .replace(/ ?[a-h]\d+\{\. pt=- xa=-\}/g, '')
    .trim();

/** What flags of a fault say that is looked at. */
const FLAGS: Readonly<Record<string, string>> = { WRITE: 'W', MKWRITE: 'mkw', TRIED: 'tried', REMOTE: 'rem' };

function eventOf(line: string): string {
  const [, name = '', rest = ''] = /: ([a-z_]+): (.*)$/.exec(line) ?? [];
  if (name === '') return `?${line.trim()}`;
  if (name === 'page_fault_user') return `PF(${/error_code=(\S+)/.exec(rest)?.[1]})`;
  const event = name.replace('dax_', '');
  if (event === 'pmd_fault' || event === 'pte_fault') {
    const raw = / (?:shared|private) (\S+) address/.exec(rest)?.[1] ?? '';
    const flags = raw
      .split('|')
      .map((f) => FLAGS[f] ?? '')
      .sort()
      .join('');
    const page = Number.parseInt(/pgoff (0x[0-9a-f]+)/.exec(rest)?.[1] ?? '0', 16);
    return `${event}${flags === '' ? '' : `[${flags}]`}@${page}`;
  }
  if (event === 'pmd_fault_done' || event === 'pte_fault_done')
    return `done=${/([A-Z][A-Z_|]*)\s*$/.exec(rest)?.[1] ?? '0'}`;
  if (event.startsWith('writeback_range'))
    return `${event.replace('writeback', 'wb')}(${/pgoff (\S+)/.exec(rest)?.[1] ?? ''})`;
  if (event === 'writeback_one') {
    return `wb_one(${rest
      .replace(/dev \S+ ino \S+ /, '')
      .replace('pgoff ', '')
      .replace('pglen ', '+')
      .trim()})`;
  }
  if (event === 'insert_mapping' || event === 'pmd_insert_mapping') {
    const length = /length (\S+)/.exec(rest)?.[1];
    return `${event}${rest.includes(' write') ? ' write' : ''}${length === undefined ? '' : ` ${length}`}`;
  }
  return event;
}

const rowOf = ({ operation, result, state, events }: Logged): string =>
  `  ${operation.padEnd(28)}| ${result} | ${state} | ${events.join(' ; ')}`.trimEnd();
