/* The calls that a scenario makes: each returns what the call returned, or the signal that an access got. */
#define GOT_SIGBUS -7000
#define GOT_SIGSEGV -11000
#define MOST_PAGES 512
#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif

static sigjmp_buf jb[3];
static __thread int jslot;
static __thread volatile int armed;
static void segv(int s, siginfo_t *si, void *u) {
  (void)si;
  (void)u;
  if (armed)
    siglongjmp(jb[jslot], s);
  _exit(99);
}
static u64 num(const char *s) {
  char *e;
  u64 v = strtoull(s, &e, 0);
  if (*e == 'k')
    v <<= 10;
  else if (*e == 'm')
    v <<= 20;
  else if (*e == 'p' || !*e)
    v *= PG;
  return v;
}
/* One call. @return what it returned, or the signal; *val: what was loaded or read */
static long prim(char **a, int n, long *val, int slot) {
  *val = -1;
  jslot = slot;
  int s = sigsetjmp(jb[slot], 1);
  if (s) {
    armed = 0;
    return s == SIGBUS ? GOT_SIGBUS : GOT_SIGSEGV;
  }
  const char *c = a[0];
  long r = 0;
  errno = 0;
  if (!strcmp(c, "ld")) {
    struct map *m = had(*a[1]);
    armed = 1;
    *val = *(volatile u8 *)(m->p + num(a[2]));
    armed = 0;
  } else if (!strcmp(c, "st")) {
    struct map *m = had(*a[1]);
    armed = 1;
    *(volatile u8 *)(m->p + num(a[2])) = n > 3 ? (int)strtol(a[3], 0, 0) : 1;
    armed = 0;
  } else if (!strcmp(c, "trunc"))
    r = ftruncate(fd, num(a[1]));
  else if (!strcmp(c, "write")) {
    static char each[3][PG];
    char *b = each[slot];
    memset(b, n > 3 ? (int)strtol(a[3], 0, 0) : 0x55, PG);
    u64 of = num(a[1]), l = num(a[2]);
    r = 0;
    while (l) {
      u64 k = l < PG ? l : PG;
      long q = pwrite(fd, b, k, of);
      if (q < 0) {
        r = q;
        break;
      }
      r += q;
      l -= q;
      of += q;
    }
  } else if (!strcmp(c, "writev")) {
    /* One call, where write makes one for each page. */
    static char each[3][PG];
    struct iovec pages[MOST_PAGES];
    u64 count = num(a[2]) / PG;
    if (count > MOST_PAGES)
      return -999;
    memset(each[slot], n > 3 ? (int)strtol(a[3], 0, 0) : 0x55, PG);
    for (u64 i = 0; i < count; i++)
      pages[i] = (struct iovec){each[slot], PG};
    r = pwritev(fd, pages, count, num(a[1]));
  } else if (!strcmp(c, "read")) {
    u8 b = 0;
    r = pread(fd, &b, 1, num(a[1]));
    *val = b;
  } else if (!strcmp(c, "punch"))
    r = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, num(a[1]), num(a[2]));
  else if (!strcmp(c, "falloc"))
    r = fallocate(fd, 0, num(a[1]), num(a[2]));
  else if (!strcmp(c, "zero"))
    r = fallocate(fd, FALLOC_FL_ZERO_RANGE, num(a[1]), num(a[2]));
  else if (!strcmp(c, "msync")) {
    struct map *m = had(*a[1]);
    r = msync(m->p + num(a[2]), num(a[3]), MS_SYNC);
  } else if (!strcmp(c, "fsync"))
    r = fsync(fd);
  else if (!strcmp(c, "fdatasync"))
    r = fdatasync(fd);
  else if (!strcmp(c, "sync"))
    sync();
  else if (!strcmp(c, "dontneed")) {
    struct map *m = had(*a[1]);
    r = madvise(m->p + num(a[2]), num(a[3]), MADV_DONTNEED);
  } else if (!strcmp(c, "madvhuge")) {
    struct map *m = fm(*a[1]);
    r = madvise(m->p, m->len, MADV_HUGEPAGE);
  } else if (!strcmp(c, "nohuge")) {
    struct map *m = fm(*a[1]);
    r = madvise(m->p, m->len, MADV_NOHUGEPAGE);
  } else if (!strcmp(c, "mprotect")) {
    struct map *m = had(*a[1]);
    r = mprotect(m->p, m->len, !strcmp(a[2], "r") ? PROT_READ : PROT_READ | PROT_WRITE);
  } else if (!strcmp(c, "utime"))
    r = futimens(fd, NULL);
  else
    return -999;
  return r < 0 ? -errno : r;
}
static void fiemap(void) {
  static char b[8192];
  struct fiemap *f = (void *)b;
  memset(b, 0, sizeof b);
  f->fm_length = ~0ul;
  f->fm_extent_count = 64;
  if (ioctl(fd, FS_IOC_FIEMAP, f)) {
    o(" fiemap errno=%d", errno);
    return;
  }
  for (u32 i = 0; i < f->fm_mapped_extents; i++)
    o(" [%lx..%lx)->%lx fl=%x", (u64)f->fm_extents[i].fe_logical / PG,
      (u64)(f->fm_extents[i].fe_logical + f->fm_extents[i].fe_length) / PG, (u64)f->fm_extents[i].fe_physical / PG,
      f->fm_extents[i].fe_flags);
}
