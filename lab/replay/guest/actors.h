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
static pid_t *pids;
static volatile int *ready;

/* A copy is what a forked address space has of another's mapping. */
static struct vma {
  char letter, copy_of;
  int space, writable, flags;
  u64 from, pages, misplaced;
} vma[MOST];
static struct actor {
  int number, space, calls, forked;
  char text[MOST_CALLS][64];
} actor[MOST];
static int actors, spaces, vmas, huge;
/* What write(2) takes its bytes from, and how long that is: a call may be of all pages. */
static char *written[MOST];
static u64 writable_bytes(void) {
  return huge ? HUGE : MOST * PG;
}
/* A page that a device may use: a pipe holds it. */
#define MOST_PINS 4
static __thread struct pin {
  u64 page;
  int ends[2];
} pin[MOST_PINS];
static sigjmp_buf back[MOST];
static __thread int me;
static pthread_barrier_t mapped;
static __thread volatile int accessing;

static void on_signal(int s, siginfo_t *si, void *u) {
  if (!accessing)
    _exit(99);
  siglongjmp(back[me], s);
}

static void on_break(int s) {
}

static void catch_signals(void) {
  struct sigaction sa;
  memset(&sa, 0, sizeof sa);
  sa.sa_sigaction = on_signal;
  sa.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGBUS, &sa, 0);
  sigaction(SIGSEGV, &sa, 0);
  sa.sa_flags = 0;
  sa.sa_handler = on_break;
  sigaction(SIGUSR1, &sa, 0);
}

/* The first CPU is left to the kernel's own threads, the second is for who looks. */
#define LOOKER 1
static void on_cpu(int cpu) {
  cpu_set_t cs;
  CPU_ZERO(&cs);
  CPU_SET(cpu, &cs);
  sched_setaffinity(0, sizeof cs, &cs);
}

/* LETTER SPACE shared|private|sync rw|r FIRST-PAGE PAGES [unaligned] [copy LETTER] */
static void add_vma(const char *text) {
  struct vma *v = &vma[vmas++];
  char how[16], prot[8], *copy = strstr(text, " copy ");
  sscanf(text, "%c %d %15s %7s %lu %lu", &v->letter, &v->space, how, prot, &v->from, &v->pages);
  v->flags = !strcmp(how, "private") ? MAP_PRIVATE : !strcmp(how, "sync") ? MAP_SHARED_VALIDATE | MAP_SYNC : MAP_SHARED;
  v->writable = !strcmp(prot, "rw");
  v->misplaced = strstr(text, " unaligned") ? PG : 0;
  v->copy_of = copy ? copy[6] : 0;
  if (v->space >= spaces)
    spaces = v->space + 1;
}

static struct vma *vma_of(char letter) {
  for (int i = 0; i < vmas; i++)
    if (vma[i].letter == letter)
      return vma[i].copy_of ? vma_of(vma[i].copy_of) : &vma[i];
  return 0;
}

/* Where the file's first page would be. */
static u64 base_of(char letter) {
  struct vma *v = vma_of(letter);
  return 0x200000000000ul + (v - vma) * GIB + v->misplaced;
}

static void add_map(char letter) {
  struct map *m = nm();
  m->id = letter;
  m->p = (char *)base_of(letter);
  m->live = 1;
}

/* SPACE CALL; CALL */
static void add_actor(char *text, int forked) {
  struct actor *a = &actor[actors];
  a->number = actors++;
  a->space = strtol(text, &text, 10);
  a->calls = 0;
  a->forked = forked;
  if (a->space >= spaces)
    spaces = a->space + 1;
  char *rest;
  for (char *t = strtok_r(text, ";", &rest); t && a->calls < MOST_CALLS; t = strtok_r(0, ";", &rest))
    snprintf(a->text[a->calls++], 64, "%s", t + strspn(t, " "));
}

/*
 * What get_user_pages(FOLL_WRITE) does to a page, and a reference of it until `unpin`. DAX refuses long-term pins (FOLL_LONGTERM), so
 * that neither RDMA nor io_uring's buffers hold one. vmsplice(2) does, for reading; that the page is there for writing is first seen to
 * by a futex(2) that fails: it looks for the key of its second word by get_user_pages_fast(FOLL_WRITE), then at its first.
 */
static long pin_page(char *p, u64 page) {
  static volatile u32 one = 1;
  struct pin *free = 0;
  for (int i = 0; i < MOST_PINS; i++)
    if (!pin[i].page)
      free = &pin[i];
  if (!free || pipe(free->ends))
    return -errno;
  if (syscall(SYS_futex, &one, FUTEX_WAIT_REQUEUE_PI, 0, 0, p, 0) < 0 && errno == EFAULT)
    return -EFAULT;
  struct iovec part = {p, 8};
  if (vmsplice(free->ends[1], &part, 1, 0) < 0)
    return -errno;
  free->page = page + 1;
  return 0;
}

static long unpin_page(u64 page) {
  static __thread char bytes[8];
  for (int i = 0; i < MOST_PINS; i++)
    if (pin[i].page == page + 1) {
      pin[i].page = 0;
      return read(pin[i].ends[0], bytes, 8) < 0 ? -errno : 0;
    }
  return 0;
}

static long access_page(char **a, long *value) {
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

/* PAGE PAGES BYTE */
static long write_pages(char **a) {
  char *bytes = written[me];
  for (u64 at = 0; at < num(a[2]); at += PG) {
    memset(bytes + at, 0, 8);
    bytes[at + atoi(a[3])] = 1;
  }
  return pwrite(fd, bytes, num(a[2]), num(a[1]));
}

static int is_call(char **a, const char *name) {
  return !strcmp(a[0], name);
}

/* The call that most end with: -1 and errno where it fails. @return -999: none of these */
static long own_call(char **a, long *value) {
  if (is_call(a, "read"))
    return pread(fd, value, 8, num(a[1]));
  if (is_call(a, "write"))
    return write_pages(a);
  if (is_call(a, "munmap"))
    return munmap(fm(*a[1])->p + num(a[2]), num(a[3]));
  if (is_call(a, "mprotect")) {
    struct vma *v = vma_of(*a[1]);
    return mprotect(fm(*a[1])->p + v->from * PG, v->pages * PG, !strcmp(a[2], "r") ? PROT_READ : PROT_READ | PROT_WRITE);
  }
  if (is_call(a, "zero"))
    return fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, num(a[1]), num(a[2]));
  if (is_call(a, "fallocate"))
    return fallocate(fd, FALLOC_FL_KEEP_SIZE, num(a[1]), num(a[2]));
  if (is_call(a, "freeze"))
    return ioctl(fd, FIFREEZE, 0);
  if (is_call(a, "thaw"))
    return ioctl(fd, FITHAW, 0);
  return -999;
}

static long fork_actor(int number);

/* load LETTER PAGE, store LETTER PAGE BYTE: of the page's first eight bytes; what is not here is as in the lab's scripts. */
static long perform(const char *text, long *value) {
  char words[64], *a[8], *rest;
  int n = 0;
  snprintf(words, sizeof words, "%s", text);
  for (char *t = strtok_r(words, " ", &rest); t && n < 8; t = strtok_r(0, " ", &rest))
    a[n++] = t;
  *value = -1;
  if (is_call(a, "load") || is_call(a, "store"))
    return access_page(a, value);
  if (is_call(a, "pin"))
    return pin_page(fm(*a[1])->p + num(a[2]), num(a[2]));
  if (is_call(a, "unpin"))
    return unpin_page(num(a[2]));
  if (is_call(a, "fork"))
    return fork_actor(atoi(a[1]));
  long r = own_call(a, value);
  if (r == -999)
    return prim(a, n, value, 0);
  return r < 0 ? -errno : r;
}

/* The calls one by one, each after a mark. */
static void act(struct actor *a) {
  int n = 0;
  for (; n < a->calls; n++) {
    mark(a->number << 8 | n, 0);
    struct result *r = &done[me].of[n];
    r->rc = perform(a->text[n], &r->value);
    r->over = 1;
    /* A signal ends a process; it gives up, too, where there is nothing to pin. */
    if (r->rc == GOT_SIGBUS || r->rc == GOT_SIGSEGV || (r->rc == -EFAULT && !strncmp(a->text[n], "pin", 3)))
      break;
  }
  mark(a->number << 8 | ENDS, n);
}

static void begin_actor(struct actor *a) {
  me = a->number;
  tids[me] = syscall(SYS_gettid);
}

static void *acts(void *x) {
  struct actor *a = x;
  on_cpu(LOOKER + 1 + a->number);
  begin_actor(a);
  pthread_barrier_wait(&mapped);
  /* What it needs is there before it is held: its stack, and the page that write(2) takes its bytes from. */
  volatile char room[16384];
  for (unsigned i = 0; i < sizeof room; i += 1024)
    room[i] = 0;
  __sync_fetch_and_add(ready, 1);
  act(a);
  return 0;
}

/* Each page of this program, as fork(2) leaves some read-only and some unmapped: faults of its own would be taken for those on the file. */
extern Elf64_Ehdr __ehdr_start;
static void __attribute__((noinline)) touch_all(void) {
  Elf64_Phdr *parts = (Elf64_Phdr *)((char *)&__ehdr_start + __ehdr_start.e_phoff);
  u64 protected = 0;
  for (int i = 0; i < __ehdr_start.e_phnum; i++)
    if (parts[i].p_type == PT_GNU_RELRO)
      protected = parts[i].p_vaddr + parts[i].p_memsz;
  for (int i = 0; i < __ehdr_start.e_phnum; i++) {
    if (parts[i].p_type != PT_LOAD)
      continue;
    u64 end = parts[i].p_vaddr + parts[i].p_memsz;
    for (u64 at = parts[i].p_vaddr & -PG; at < end; at += PG) {
      volatile char *p = (char *)(at < parts[i].p_vaddr ? parts[i].p_vaddr : at);
      char c = *p;
      if (parts[i].p_flags & PF_W && at >= protected)
        *p = c;
    }
  }
  for (int i = 0; i < actor[me].calls; i++)
    if (strstr(actor[me].text[i], "write "))
      for (u64 at = 0; at < writable_bytes(); at += PG)
        *(volatile char *)(written[me] + at) = 0;
  __sync_fetch_and_add(&done[me].of[0].rc, 0);
  __sync_fetch_and_add(ready, 0);
}

/* fork(2): the child is an actor of its own, on its own CPU. */
static long fork_actor(int number) {
  struct actor *child = &actor[number];
  cpu_set_t cs;
  long r = syscall(SYS_fork);
  if (r) {
    /* It would not begin here before this one sleeps. */
    CPU_ZERO(&cs);
    CPU_SET(LOOKER + 1 + number, &cs);
    if (r > 0)
      sched_setaffinity(r, sizeof cs, &cs);
    touch_all();
    return r < 0 ? -errno : 0;
  }
  on_cpu(LOOKER + 1 + number);
  pids[child->space] = getpid();
  begin_actor(child);
  for (int i = 0; i < vmas; i++)
    if (vma[i].space == child->space)
      add_map(vma[i].letter);
  touch_all();
  act(child);
  _exit(0);
}

static char stacks[MOST][1 << 17] __attribute__((aligned(4096)));

static void start_threads(int space, pthread_t *threads) {
  pthread_attr_t attributes;
  int count = 0;
  for (int i = 0; i < actors; i++)
    count += !actor[i].forked && actor[i].space == space;
  pthread_barrier_init(&mapped, 0, count + 1);
  for (int i = 0; i < actors; i++) {
    if (actor[i].forked || actor[i].space != space)
      continue;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stacks[i], sizeof stacks[i]);
    pthread_create(&threads[i], &attributes, acts, &actor[i]);
  }
}

/* Something of its own in the same 1 GiB: else the first fault would be tried as one of 1 GiB (create_huge_pud()), and that falls back. */
static void have_pud(struct vma *v) {
  char *at = (char *)(base_of(v->letter) & -GIB) + GIB - PG;
  if (mmap(at, PG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
    _exit(97);
  *(volatile char *)at = 0;
}

static void map_file(struct vma *v) {
  char *at = (char *)base_of(v->letter) + v->from * PG;
  int prot = PROT_READ | (v->writable ? PROT_WRITE : 0);
  if (mmap(at, v->pages * PG, prot, v->flags | MAP_FIXED, fd, v->from * PG) == MAP_FAILED)
    _exit(98);
  if (huge)
    have_pud(v);
  else
    madvise(at, v->pages * PG, MADV_NOHUGEPAGE);
  add_map(v->letter);
}

/* An address space: its mappings, and its threads. */
static void space(int number) {
  pthread_t t[MOST];
  on_cpu(0);
  for (int i = 0; i < actors; i++)
    written[i] = mmap(0, writable_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  /* Faults of their own would be taken for those on the file. */
  mlockall(MCL_CURRENT | MCL_FUTURE);
  start_threads(number, t);
  mlockall(MCL_CURRENT);
  for (int i = 0; i < vmas; i++)
    if (vma[i].space == number && !vma[i].copy_of)
      map_file(&vma[i]);
  pthread_barrier_wait(&mapped);
  for (int i = 0; i < actors; i++)
    if (!actor[i].forked && actor[i].space == number)
      pthread_join(t[i], 0);
  while (wait(0) > 0)
    ;
  _exit(0);
}

/* Whether the address space is there from the beginning. */
static int is_first(int number) {
  for (int i = 0; i < actors; i++)
    if (actor[i].space == number && actor[i].forked)
      return 0;
  return 1;
}

static int first_actors(void) {
  int count = 0;
  for (int i = 0; i < actors; i++)
    count += !actor[i].forked;
  return count;
}

static void start_spaces(void) {
  fflush(stdout);
  *ready = 0;
  for (int i = 0; i < spaces; i++) {
    pids[i] = 0;
    pid_t pid = is_first(i) ? fork() : 0;
    if (is_first(i) && !pid)
      space(i);
    if (pid)
      pids[i] = pid;
  }
  while (*ready < first_actors()) {
    int status;
    if (waitpid(-1, &status, WNOHANG) > 0) {
      printf("# a process ended with %d before it began\n", WEXITSTATUS(status));
      exit(1);
    }
    nap(1);
  }
}

/* Who waits for what will not come goes on: for a thaw, or until a signal. */
static void break_waits(void) {
  ioctl(fd, FITHAW, 0);
  for (int i = 0; i < actors; i++)
    if (tids[i] && pids[actor[i].space])
      syscall(SYS_tgkill, pids[actor[i].space], tids[i], SIGUSR1);
}

static void end_spaces(void) {
  for (int i = 0; i < spaces; i++)
    if (is_first(i))
      waitpid(pids[i], 0, 0);
  ioctl(fd, FITHAW, 0);
}
