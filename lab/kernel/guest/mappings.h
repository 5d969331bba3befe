/* How a scenario maps the file. */
static int is(const char *a, const char *b) {
  return !strcmp(a, b);
}

/* mmap LETTER OFFSET LENGTH shared|private r|rw [populate] [sync] [unal] [other]: at an address of the slot's own, congruent to
 * the offset modulo 2 MiB, or one page beside that. */
static long map_here(char **a, int count) {
  struct map *m = nm();
  m->id = *a[1];
  m->off = num(a[2]);
  m->len = num(a[3]);
  m->shared = is(a[4], "shared");
  m->other = 0;
  m->prot = is(a[5], "r") ? PROT_READ : PROT_READ | PROT_WRITE;
  int flags = (m->shared ? MAP_SHARED : MAP_PRIVATE) | MAP_FIXED;
  char *at = (char *)(0x200000000000ul + ((u64)(m - M) << 30) + (m->off & (MPMD - 1)));
  for (int i = 6; i < count; i++) {
    if (is(a[i], "populate"))
      flags |= MAP_POPULATE;
    if (is(a[i], "sync"))
      flags = (flags & ~MAP_SHARED) | MAP_SHARED_VALIDATE | MAP_SYNC;
    if (is(a[i], "unal"))
      at += PG;
    if (is(a[i], "other"))
      m->other = 1;
  }
  m->p = mmap(at, m->len, m->prot, flags, fd, m->off);
  if (m->p == MAP_FAILED)
    return -errno;
  m->live = 1;
  u64 pages = m->len / PG;
  m->nw = pages < 4 ? pages : 4;
  for (int i = 0; i < m->nw; i++)
    m->w[i] = i;
  return 0;
}

static long unmap_here(char **a) {
  struct map *m = fm(*a[1]);
  long r = munmap(m->p, m->len);
  m->live = 0;
  return r;
}

static void watch(char **a, int count) {
  struct map *m = fm(*a[1]);
  m->nw = 0;
  for (int i = 2; i < count; i++)
    m->w[m->nw++] = atoi(a[i]);
}
