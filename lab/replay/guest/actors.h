/* The processes of a scenario: threads of as many address spaces as it has, each on a CPU of its own. */
#define MOST 8
#define MOST_CALLS 8

struct result {
  volatile int over;
  long rc, value;
};
struct results {
  struct result of[MOST_CALLS];
};
static struct results *done;
static int *tids;
static volatile int *ready;

static struct vma {
  char letter;
  int space, shared, writable;
  u64 pages;
} vma[MOST];
static struct actor {
  int number, space, calls;
  char text[MOST_CALLS][64];
} actor[MOST];
static int actors, spaces, vmas;
static pid_t pids[MOST];
static sigjmp_buf back[MOST];
static __thread int me;
static pthread_barrier_t mapped;
static __thread volatile int accessing;

static void on_signal(int s, siginfo_t *si, void *u) {
  if (!accessing)
    _exit(99);
  siglongjmp(back[me], s);
}

static void catch_signals(void) {
  struct sigaction sa;
  memset(&sa, 0, sizeof sa);
  sa.sa_sigaction = on_signal;
  sa.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGBUS, &sa, 0);
  sigaction(SIGSEGV, &sa, 0);
}

/* The first CPU is left to the kernel's own threads, the second is for who looks. */
#define LOOKER 1
static void on_cpu(int cpu) {
  cpu_set_t cs;
  CPU_ZERO(&cs);
  CPU_SET(cpu, &cs);
  sched_setaffinity(0, sizeof cs, &cs);
}

/* LETTER SPACE shared|private rw|r PAGES */
static void add_vma(const char *text) {
  struct vma *v = &vma[vmas++];
  char how[16], prot[8];
  sscanf(text, "%c %d %15s %7s %lu", &v->letter, &v->space, how, prot, &v->pages);
  v->shared = !strcmp(how, "shared");
  v->writable = !strcmp(prot, "rw");
  if (v->space >= spaces)
    spaces = v->space + 1;
}

/* SPACE CALL; CALL */
static void add_actor(char *text) {
  struct actor *a = &actor[actors];
  a->number = actors++;
  a->space = strtol(text, &text, 10);
  a->calls = 0;
  if (a->space >= spaces)
    spaces = a->space + 1;
  char *rest;
  for (char *t = strtok_r(text, ";", &rest); t && a->calls < MOST_CALLS; t = strtok_r(0, ";", &rest))
    snprintf(a->text[a->calls++], 64, "%s", t + strspn(t, " "));
}

/* load LETTER PAGE, store LETTER PAGE BYTE: of the page's first eight bytes; all else as in the lab's scripts. */
static long perform(const char *text, long *value) {
  char words[64], *a[8], *rest;
  int n = 0;
  snprintf(words, sizeof words, "%s", text);
  for (char *t = strtok_r(words, " ", &rest); t && n < 8; t = strtok_r(0, " ", &rest))
    a[n++] = t;
  *value = -1;
  if (!strcmp(a[0], "load") || !strcmp(a[0], "store")) {
    char *p = fm(*a[1])->p + num(a[2]);
    int s = sigsetjmp(back[me], 1);
    if (s) {
      accessing = 0;
      return s == SIGBUS ? GOT_SIGBUS : GOT_SIGSEGV;
    }
    accessing = 1;
    if (a[0][0] == 'l')
      *value = user_load(p);
    else
      user_store(p + atoi(a[3]), 1);
    accessing = 0;
    return 0;
  }
  if (!strcmp(a[0], "read")) {
    long r = pread(fd, value, 8, num(a[1]));
    return r < 0 ? -errno : r;
  }
  if (!strcmp(a[0], "write")) {
    static __thread char page[PG];
    memset(page, 0, PG);
    page[atoi(a[2])] = 1;
    long r = pwrite(fd, page, PG, num(a[1]));
    return r < 0 ? -errno : r;
  }
  if (!strcmp(a[0], "munmap")) {
    struct map *m = fm(*a[1]);
    return munmap(m->p + num(a[2]), PG) ? -errno : 0;
  }
  return prim(a, n, value, 0);
}

static void *acts(void *x) {
  struct actor *a = x;
  on_cpu(LOOKER + 1 + a->number);
  me = a->number;
  tids[me] = syscall(SYS_gettid);
  pthread_barrier_wait(&mapped);
  /* What it needs is there before it is held: its stack, and the page that write(2) takes its bytes from. */
  volatile char room[16384];
  for (unsigned i = 0; i < sizeof room; i += 1024)
    room[i] = 0;
  __sync_fetch_and_add(ready, 1);
  int n = 0;
  for (; n < a->calls; n++) {
    mark(a->number << 8 | n, 0);
    struct result *r = &done[me].of[n];
    r->rc = perform(a->text[n], &r->value);
    r->over = 1;
    /* A signal ends a process. */
    if (r->rc == GOT_SIGBUS || r->rc == GOT_SIGSEGV)
      break;
  }
  mark(a->number << 8 | ENDS, n);
  return 0;
}

/* An address space: its mappings, and its threads. */
static void space(int number) {
  pthread_t t[MOST];
  int threads = 0;
  on_cpu(0);
  for (int i = 0; i < actors; i++)
    threads += actor[i].space == number;
  pthread_barrier_init(&mapped, 0, threads + 1);
  /* Faults of their own would be taken for those on the file. */
  mlockall(MCL_CURRENT | MCL_FUTURE);
  for (int i = 0; i < actors; i++)
    if (actor[i].space == number)
      pthread_create(&t[i], 0, acts, &actor[i]);
  mlockall(MCL_CURRENT);
  for (int i = 0; i < vmas; i++) {
    if (vma[i].space != number)
      continue;
    struct map *m = nm();
    m->id = vma[i].letter;
    m->off = 0;
    m->len = vma[i].pages * PG;
    m->p = mmap((char *)(0x200000000000ul + ((u64)i << 30)), m->len, PROT_READ | (vma[i].writable ? PROT_WRITE : 0),
                (vma[i].shared ? MAP_SHARED : MAP_PRIVATE) | MAP_FIXED, fd, 0);
    if (m->p == MAP_FAILED)
      _exit(98);
    /* PTEs only. */
    madvise(m->p, m->len, MADV_NOHUGEPAGE);
    m->live = 1;
  }
  pthread_barrier_wait(&mapped);
  for (int i = 0; i < actors; i++)
    if (actor[i].space == number)
      pthread_join(t[i], 0);
  _exit(0);
}

static void start_spaces(void) {
  fflush(stdout);
  *ready = 0;
  for (int i = 0; i < spaces; i++) {
    pids[i] = fork();
    if (!pids[i])
      space(i);
  }
  while (*ready < actors) {
    int status;
    if (waitpid(-1, &status, WNOHANG) > 0) {
      printf("# a process ended with %d before it began\n", WEXITSTATUS(status));
      exit(1);
    }
    nap(1);
  }
}

static void end_spaces(void) {
  for (int i = 0; i < spaces; i++)
    waitpid(pids[i], 0, 0);
}
