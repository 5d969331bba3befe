/*
 * Two sides at once, one on each CPU: threads, or the partner, which is a process with an address space of its own and the
 * same open files. A side makes its calls one after the other, up to a signal.
 */
#define MOST_CALLS 4
#define MOST_WORDS 12
struct side {
  /* "~N st a 1 5 ; fsync": ~N lets it spin first */
  char text[200];
  int cpu, slot, races, fd;
  int count;
  long result[MOST_CALLS], value[MOST_CALLS];
  /* Only the partner's: a thread's are its process's. */
  long minor, major;
};
static struct shared {
  struct map maps[8];
  struct side sides[2];
  pthread_barrier_t start;
  volatile int go;
  struct side *asked;
  sem_t request, answer;
} *shared;

/* What a child tells in its exit code. */
static int exit_of(long r, long value) {
  return r == GOT_SIGBUS ? 7 : r == GOT_SIGSEGV ? 11 : r < 0 ? 100 : value >= 0 ? (value & 63) + 128 : 0;
}

static int forked;
/* @return the child's wait status */
static int run_child(char **a, int n) {
  forked = 1;
  pid_t p = fork();
  if (!p) {
    long value, r = prim(a, n, &value, 0);
    _exit(exit_of(r, value));
  }
  int status;
  waitpid(p, &status, 0);
  return status;
}

static long child_in_side(char **a, int n, long *value) {
  int code = WEXITSTATUS(run_child(a, n));
  *value = code >= 128 ? code - 128 : -1;
  return code == 7 ? GOT_SIGBUS : code == 11 ? GOT_SIGSEGV : code == 100 || code == 99 ? -999 : 0;
}

static long any_call(char **a, int n, long *value, int slot) {
  *value = -1;
  if (!strcmp(a[0], "mmap"))
    return map_here(a, n);
  if (!strcmp(a[0], "munmap"))
    return unmap_here(a);
  if (!strcmp(a[0], "child"))
    return child_in_side(a + 1, n - 1, value);
  return prim(a, n, value, slot);
}

/* A thread's stack is new: what it has of it later must not be a fault then. */
static void __attribute__((noinline)) touch_stack(void) {
  volatile char deep[32768];
  for (u64 i = 0; i < sizeof deep; i += PG)
    deep[i] = 0;
}

static void run_side(struct side *s) {
  touch_stack();
  char text[200], *save, *words[MOST_CALLS][MOST_WORDS];
  int counts[MOST_CALLS] = {0}, calls = 1;
  long spin = 0;
  strcpy(text, s->text);
  for (char *t = strtok_r(text, " ", &save); t; t = strtok_r(0, " ", &save)) {
    if (*t == '~')
      spin = atol(t + 1);
    else if (*t == ';' && calls < MOST_CALLS)
      calls++;
    else if (counts[calls - 1] < MOST_WORDS)
      words[calls - 1][counts[calls - 1]++] = t;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(s->cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
  s->count = 0;
  if (s->races) {
    /* All are ready; then what is known before is known. */
    pthread_barrier_wait(&shared->start);
    pthread_barrier_wait(&shared->start);
    __sync_fetch_and_add(&shared->go, 1);
    while (shared->go < 2)
      __builtin_ia32_pause();
  }
  for (volatile long i = 0; i < spin; i++)
    ;
  for (int i = 0; i < calls; i++) {
    long r = any_call(words[i], counts[i], &s->value[i], s->slot);
    s->result[i] = r;
    s->count = i + 1;
    if (r == GOT_SIGBUS || r == GOT_SIGSEGV)
      break;
  }
}
static void *side_thread(void *side) {
  run_side(side);
  return 0;
}

static void be_partner(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  mlockall(MCL_CURRENT);
  for (;;) {
    while (sem_wait(&shared->request))
      ;
    struct rusage a, b;
    fd = shared->asked->fd;
    getrusage(RUSAGE_SELF, &a);
    run_side(shared->asked);
    getrusage(RUSAGE_SELF, &b);
    shared->asked->minor = b.ru_minflt - a.ru_minflt;
    shared->asked->major = b.ru_majflt - a.ru_majflt;
    sem_post(&shared->answer);
  }
}

/* The files are the same, the memory is a copy. */
static void begin_partner(void) {
  shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  M = shared->maps;
  sem_init(&shared->request, 1, 0);
  sem_init(&shared->answer, 1, 0);
  pid_t pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
  if (!pid)
    be_partner();
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
  partner_pmfd = open(path, O_RDONLY);
  partner_pgd = kcore_fd < 0 ? 0 : pgd_of(task_of(pid));
}

static void ask(struct side *s) {
  s->fd = fd;
  shared->asked = s;
  sem_post(&shared->request);
}
static void wait_for_partner(void) {
  while (sem_wait(&shared->answer))
    ;
}

/* Whether it does something to a mapping that is the partner's. */
static int is_for_partner(const char *text) {
  char words[200], *save;
  strcpy(words, text);
  for (char *t = strtok_r(words, " ", &save); t; t = strtok_r(0, " ", &save)) {
    struct map *m = t[1] == 0 ? fm(*t) : 0;
    if (!strcmp(t, "other") || (m && m->other))
      return 1;
  }
  return 0;
}

/* One call of the partner's alone. */
static long partner_call(const char *text, long *value) {
  struct side *s = &shared->sides[0];
  memset(s, 0, sizeof *s);
  snprintf(s->text, sizeof s->text, "%s", text);
  ask(s);
  wait_for_partner();
  *value = s->value[0];
  return s->result[0];
}

/* @param ready what is done when both are about to begin */
static void race(char *const texts[2], void (*ready)(void)) {
  pthread_t thread[2];
  int partner = -1;
  pthread_barrierattr_t attr;
  pthread_barrierattr_init(&attr);
  pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&shared->start, &attr, 3);
  shared->go = 0;
  memset(shared->sides, 0, sizeof shared->sides);
  for (int i = 0; i < 2; i++) {
    struct side *s = &shared->sides[i];
    snprintf(s->text, sizeof s->text, "%s", texts[i]);
    s->cpu = i;
    s->slot = i + 1;
    s->races = 1;
    if (partner < 0 && is_for_partner(s->text))
      ask(&shared->sides[partner = i]);
    else
      pthread_create(&thread[i], 0, side_thread, s);
  }
  pthread_barrier_wait(&shared->start);
  drain(0);
  ready();
  pthread_barrier_wait(&shared->start);
  for (int i = 0; i < 2; i++)
    if (i == partner)
      wait_for_partner();
    else
      pthread_join(thread[i], 0);
}
