/* What there is while the processes are held, told in rows like those of the lab's scripts. */
static int looks, kmsg;
/* Pages of the file that are looked at. */
static u64 watch[MOST];
static int watched;
static struct statx begun;
static struct statx_timestamp last_mtime;

static void forget_warnings(void) {
  static char b[8192];
  while (kmsg >= 0 && (read(kmsg, b, sizeof b) > 0 || errno == EPIPE))
    ;
}

/* A WARN(), or what pmd_clear_bad() says. */
static char *warning_in(char *text) {
  char *at = strstr(text, "WARNING: ");
  return at ? at : strstr(text, "bad pmd ");
}

/* Warnings of the kernel since the last look. */
static void show_warnings(void) {
  static char b[8192];
  long n;
  while (kmsg >= 0 && ((n = read(kmsg, b, sizeof b - 1)) > 0 || (n < 0 && errno == EPIPE))) {
    if (n < 0)
      continue;
    b[n] = 0;
    char *text = strchr(b, ';');
    char *at = text ? warning_in(text) : 0;
    if (!at)
      continue;
    char *end = strchr(at, '\n');
    if (end)
      *end = 0;
    printf("# warning %s\n", at);
  }
}

/* @param level of the page table that it is of: a PMD's page has 512 frames */
static void show_pte(u64 raw, int level, u64 page) {
  u64 flags = 0, pfn = level == 2 ? ((raw & PAM) >> 21 << 9) + page % 512 : (raw & PAM) >> 12;
  if (!(raw & 1)) {
    o(". pt=-");
    return;
  }
  pread(kpffd, &flags, 8, pfn * 8);
  if (flags >> 24 & 1)
    o("Z");
  else if (flags >> 12 & 1)
    o("A");
  else
    pfnname(pfn);
  o("/ pt=%s%c%c%c%s%s", level == 2 ? "2M" : "", raw & 2 ? 'W' : 'r', raw & 64 ? 'D' : 'd', raw & 32 ? 'A' : 'a', raw >> 58 & 1 ? "V" : "",
    level == 1 && raw >> 9 & 1 ? "S" : "");
}

static void show_stack(int who) {
  static char path[80], b[4096];
  snprintf(path, sizeof path, "/proc/%d/stack", tids[who]);
  int f = open(path, O_RDONLY);
  int n = f < 0 ? 0 : read(f, b, sizeof b - 1);
  close(f);
  b[n > 0 ? n : 0] = 0;
  printf("# stack %d", who);
  char *rest;
  for (char *t = strtok_r(b, "\n", &rest); t; t = strtok_r(0, "\n", &rest)) {
    char *name = strchr(t, ']');
    if (name)
      printf(" <%s", strtok(name + 1, "+"));
  }
  printf("\n");
}

/* Whose events are those of the kernel's own threads: freezing has the file written back by one of them. */
static int freezer(void) {
  for (int i = 0; i < actors; i++)
    for (int n = 0; n < actor[i].calls; n++)
      if (!strcmp(actor[i].text[n], "freeze"))
        return i;
  return -1;
}

/* Trace events by the CPU that each was on, which is the process's. */
static char events[MOST][1 << 15];
static void collect(void) {
  for (int i = 0; i < MOST; i++)
    events[i][0] = 0;
  /* A store that traps again and again is faster than any reader. */
  for (int reads = 0; reads < 100; reads++) {
    int n = read(trace_fd, trace_text, sizeof trace_text - 1);
    if (n <= 0)
      return;
    trace_text[n] = 0;
    char *rest;
    for (char *t = strtok_r(trace_text, "\n", &rest); t; t = strtok_r(0, "\n", &rest)) {
      char *cpu = strchr(t, '[');
      int number = cpu ? atoi(cpu + 1) : LOOKER;
      int who = number < LOOKER || number > LOOKER + actors ? freezer() : number - LOOKER - 1;
      if (who < 0 || who >= MOST || strlen(events[who]) + strlen(t) + 8 > sizeof events[who])
        continue;
      strcat(events[who], "  T ");
      strcat(events[who], t);
      strcat(events[who], "\n");
    }
  }
}

/* @param stacks whether somebody did not come to where he should */
static void look(int stacks) {
  struct statx s;
  statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &s);
  int moved = memcmp(&s.stx_mtime, &last_mtime, sizeof s.stx_mtime) != 0;
  last_mtime = s.stx_mtime;
  collect();
  show_warnings();
  o("O %d | look | rc=0 minflt=0/0 maj=0 mtime=%s ctime=same blocks=%+ld size=%lu us=0 |", looks++, moved ? "MOVED" : "same",
    (long)s.stx_blocks - (long)begun.stx_blocks, (u64)s.stx_size);
  for (int i = 0; i < vmas; i++) {
    pid_t pid = pids[vma[i].space];
    u64 pgd = pid ? pgd_of(task_of(pid)) : 0;
    for (int n = 0; n < watched; n++) {
      int level = 0;
      o(" %c%lu{", vma[i].letter, watch[n]);
      u64 entry = pgd ? walk(pgd, base_of(vma[i].letter) + watch[n] * PG, &level) : 0;
      show_pte(entry, level, watch[n]);
      show_entry(watch[n]);
      o("}");
    }
  }
  flushline();
  for (int a = 0; a < actors; a++) {
    o("O %d | process %d | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=0 |", looks, a);
    flushline();
    for (int n = 0; n < actor[a].calls; n++)
      if (done[a].of[n].over)
        printf("# result %d %d %ld %lx\n", a, n, done[a].of[n].rc, done[a].of[n].value);
    write(1, events[a], strlen(events[a]));
    if (stacks)
      show_stack(a);
  }
  printf("# looked\n");
  /* File times are those of ticks: what moves them next is to be seen. */
  nap(12);
}
