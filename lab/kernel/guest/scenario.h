/* A scenario: a fresh file, and operations on it, each reported in one line with its trace events behind it. */

struct operation {
  char *words[24];
  int count;
  const char *line;
  long rc, value;
  char extra[300];
};
/* What is known before and after an operation. */
struct moment {
  struct statx stat;
  struct rusage usage;
  long faults;
  u64 time;
};

static char scenario_name[128];
static u64 scenario_begun;

static void end_scenario(void) {
  for (int i = 0; i < 8; i++)
    if (M[i].live) {
      char id[] = {M[i].id, 0}, *words[] = {"munmap", id}, text[] = "munmap  ";
      long value;
      text[7] = *id;
      if (M[i].other)
        partner_call(text, &value);
      else
        unmap_here(words);
    }
  if (fd < 0)
    return;
  close(fd);
  unlink(fname);
  fd = -1;
  drain(0);
  o("E %s us=%lu", scenario_name, (ns() - scenario_begun) / 1000);
  flushline();
}

static void begin_scenario(const char *name) {
  scenario_begun = ns();
  snprintf(scenario_name, sizeof scenario_name, "%s", name);
  opn = 0;
  snprintf(fname, sizeof fname, "%s/f", dir);
  unlink(fname);
  fd = open(fname, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) {
    perror("open");
    exit(1);
  }
  fsync(fd);
  drain(0);
  o("S %s", scenario_name);
  flushline();
}

static u64 stamp(struct statx_timestamp t) {
  return t.tv_sec * 1000000000ul + t.tv_nsec;
}

/* File times have the granularity of a tick: no operation begins before the clock has passed the last one. */
static void wait_for_a_tick(const struct statx *s) {
  for (;;) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME_COARSE, &t);
    u64 now = t.tv_sec * 1000000000ul + t.tv_nsec;
    if (now > stamp(s->stx_mtime) && now > stamp(s->stx_ctime))
      return;
    nap(1);
  }
}

static void before(struct moment *m) {
  m->faults = minflt_stat();
  getrusage(RUSAGE_SELF, &m->usage);
  m->time = ns();
}

static void after(struct moment *m) {
  m->time = ns();
  getrusage(RUSAGE_SELF, &m->usage);
  m->faults = minflt_stat();
  statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &m->stat);
}

static struct moment *measured;
static void measure(void) {
  before(measured);
}

/* par CALLS | CALLS: one side on each CPU, at once; ~N before a side lets it spin first; ";" between calls. */
static void par(struct operation *op, struct moment *m) {
  char line[400];
  snprintf(line, sizeof line, "%s", op->line + strlen("par"));
  char *bar = strchr(line, '|');
  if (!bar) {
    op->rc = -999;
    return;
  }
  *bar = 0;
  char *texts[2] = {line, bar + 1};
  measured = m;
  race(texts, measure);
  char *at = op->extra, *end = op->extra + sizeof op->extra;
  for (int i = 0; i < 2; i++) {
    struct side *s = &shared->sides[i];
    at += snprintf(at, end - at, " p%d=", i);
    for (int n = 0; n < s->count; n++)
      at += snprintf(at, end - at, "%s%ld/%ld", n ? "," : "", s->result[n], s->value[n]);
  }
}

/* child CALL: in a forked child, which tells in its exit code what it got. */
static void child(struct operation *op) {
  int status = run_child(op->words + 1, op->count - 1);
  op->rc = status;
  op->value = WEXITSTATUS(status) >= 128 ? WEXITSTATUS(status) - 128 : -1;
  snprintf(op->extra, sizeof op->extra, " child_exit=%d", WEXITSTATUS(status));
}

static void perform(struct operation *op, struct moment *m) {
  char **a = op->words;
  memset(shared->sides, 0, sizeof shared->sides);
  if (is(a[0], "par"))
    par(op, m);
  else if (is(a[0], "child"))
    child(op);
  else if (is_for_partner(op->line))
    op->rc = partner_call(op->line, &op->value);
  else if (!is(a[0], "fiemap"))
    op->rc = any_call(a, op->count, &op->value, 0);
}

static void report(const struct operation *op, const struct moment *a, const struct moment *b) {
  o("O %d | %s |", opn++, op->line);
  if (op->rc == GOT_SIGBUS)
    o(" rc=SIGBUS");
  else if (op->rc == GOT_SIGSEGV)
    o(" rc=SIGSEGV");
  else
    o(" rc=%ld", op->rc);
  if (op->value >= 0)
    o(" val=%ld", op->value);
  o("%s", op->extra);
  long minor = shared->sides[0].minor + shared->sides[1].minor;
  long major = shared->sides[0].major + shared->sides[1].major;
  o(" minflt=%ld/%ld maj=%ld", b->usage.ru_minflt - a->usage.ru_minflt + minor, b->faults - a->faults + minor,
    b->usage.ru_majflt - a->usage.ru_majflt + major);
  o(" mtime=%s", stamp(a->stat.stx_mtime) == stamp(b->stat.stx_mtime) ? "same" : "MOVED");
  o(" ctime=%s", stamp(a->stat.stx_ctime) == stamp(b->stat.stx_ctime) ? "same" : "MOVED");
  if (a->stat.stx_blocks != b->stat.stx_blocks)
    o(" blocks=%+ld", (long)b->stat.stx_blocks - (long)a->stat.stx_blocks);
  if (a->stat.stx_size != b->stat.stx_size)
    o(" size=%lu", (u64)b->stat.stx_size);
  o(" us=%lu |", (b->time - a->time) / 1000);
  for (int i = 0; i < 8; i++)
    for (int w = 0; M[i].live && w < M[i].nw; w++)
      show_page(&M[i], M[i].w[w]);
  for (int i = 0; with_smaps && i < 8; i++)
    if (M[i].live && !M[i].other)
      show_smaps(&M[i]);
  if (is(op->words[0], "fiemap"))
    fiemap();
  flushline();
  drain(1);
}

static void run_line(const char *line) {
  char words[512];
  struct operation op = {.line = line, .value = -1};
  snprintf(words, sizeof words, "%s", line);
  for (char *t = strtok(words, " \t"); t && op.count < 24; t = strtok(0, " \t"))
    op.words[op.count++] = t;
  if (!op.count || op.words[0][0] == '#')
    return;
  if (is(op.words[0], "watch")) {
    watch(op.words, op.count);
    return;
  }
  struct moment a, b;
  if (forked)
    retouch();
  forked = 0;
  statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &a.stat);
  drain(0);
  wait_for_a_tick(&a.stat);
  before(&a);
  perform(&op, &a);
  after(&b);
  report(&op, &a, &b);
}

/* "S NAME" or "S NAME *N", which runs it N times. @param lines from that one to before the next scenario */
static void run_scenario(char **lines, int count) {
  char name[128] = "";
  sscanf(lines[0] + 2, "%127s", name);
  char *times = strchr(lines[0], '*');
  for (int n = times ? atoi(times + 1) : 1; n > 0; n--) {
    begin_scenario(name);
    for (int i = 1; i < count; i++)
      run_line(lines[i]);
    end_scenario();
  }
}
