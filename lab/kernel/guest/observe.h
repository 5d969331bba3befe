/*
 * How a page looks after an operation: pagemap and kpageflags, the raw PTE or PMD, the entry of the file's tree. One
 * line of output is put together in a static buffer: the observer must not fault.
 */
struct map {
  char id;
  char *p;
  u64 off, len;
  int prot, shared, live;
  /* In the partner's address space. */
  int other;
  int nw;
  int w[16];
};
/* Shared with the partner. */
static struct map *M;
static struct map *fm(char c) {
  for (int i = 0; i < 8; i++)
    if (M[i].live && M[i].id == c)
      return &M[i];
  return 0;
}
/* For an access: where it was, if it has been unmapped meanwhile. */
static struct map *had(char c) {
  struct map *m = fm(c);
  for (int i = 0; !m && i < 8; i++)
    if (M[i].id == c)
      m = &M[i];
  return m;
}
static struct map *nm(void) {
  for (int i = 0; i < 8; i++)
    if (!M[i].live)
      return &M[i];
  return 0;
}
static char ob[1 << 16];
static int on; // output line buffer
static void o(const char *f, ...) {
  va_list a;
  va_start(a, f);
  on += vsnprintf(ob + on, sizeof ob - on, f, a);
  va_end(a);
}
static void flushline(void) {
  ob[on++] = '\n';
  for (int i = 0; i < on;) {
    int r = write(1, ob + i, on - i);
    if (r <= 0)
      break;
    i += r;
  }
  on = 0;
}
static void pfnname(u64 pfn) {
  if (pfn >= pmem_pfn && pfn < pmem_pfn + pmem_pages)
    o("D%lx", pfn - pmem_pfn);
  else
    o("x%lx", pfn);
}
/* i_pages' entry of a page of the file */
static void show_entry(u64 page) {
  unsigned tags;
  int order;
  u64 x = xa_ent(page, &tags, &order);
  o(" xa=");
  if (!x || !(x & 1)) {
    o(x ? "?%lx" : "-", x);
    return;
  }
  u64 v = x >> 1;
  if (v & 4)
    o("Z");
  else if (v & 8)
    o("E");
  else
    pfnname(v >> 4);
  o("%s%s%s%s%s", v & 2 ? "2M" : "", v & 1 ? "!L" : "", tags & 1 ? "+d" : "", tags & 2 ? "+w" : "", tags & 4 ? "+t" : "");
}
static void show_page(struct map *m, int i) {
  u64 va = (u64)m->p + i * PG, e = 0, f = 0;
  pread(m->other ? partner_pmfd : pmfd, &e, 8, va / PG * 8);
  o(" %c%d{", m->id, i);
  if (!(e >> 63))
    o((e >> 62) & 1 ? "swap" : ".");
  else {
    u64 pfn = e & ((1ul << 55) - 1);
    pread(kpffd, &f, 8, pfn * 8);
    if (f >> 24 & 1)
      o("Z%s", f >> 22 & 1 ? "2M" : "");
    else if (f >> 12 & 1)
      o("A");
    else
      pfnname(pfn);
    o("/%s%s%s%s", e >> 61 & 1 ? "f" : "", e >> 56 & 1 ? "x" : "", e >> 55 & 1 ? "s" : "", f >> 20 & 1 ? "n" : "");
  }
  int l;
  u64 p = walk(m->other ? partner_pgd : my_pgd, va, &l);
  if (kcore_fd >= 0) {
    o(" pt=");
    if (!(p & 1)) {
      if (p)
        o("np:%lx", p);
      else
        o("-");
    } else {
      if (l == 2)
        o("2M");
      o("%c%c%c%s%s", p & 2 ? 'W' : 'r', p & 64 ? 'D' : 'd', p & 32 ? 'A' : 'a', p >> 58 & 1 ? "V" : "",
        l == 1 && (p >> 9 & 1) ? "S" : "");
    }
    show_entry(m->off / PG + i);
  }
  o("}");
}
static void show_smaps(struct map *m) {
  static char b[1 << 16];
  int f = open("/proc/self/smaps", O_RDONLY);
  int n = 0, r;
  while ((r = read(f, b + n, sizeof b - 1 - n)) > 0)
    n += r;
  close(f);
  b[n] = 0;
  char k[40];
  snprintf(k, 40, "%08lx-", (u64)m->p);
  char *q = strstr(b, k);
  if (!q) {
    o(" smaps%c=?", m->id);
    return;
  }
  long rss = -1, sc = -1, sd = -1, pc = -1, pd = -1, fp = -1, an = -1;
  char *s = q;
  char *e = strstr(q, "VmFlags:");
  char vf[160] = "";
#define G(n, v)                                                                                                        \
  {                                                                                                                    \
    char *z = strstr(s, n);                                                                                            \
    if (z && z < e)                                                                                                    \
      sscanf(z + strlen(n), "%ld", &v);                                                                                \
  }
  G("\nRss:", rss)
  G("\nShared_Clean:", sc)
  G("\nShared_Dirty:", sd) G("\nPrivate_Clean:", pc) G("\nPrivate_Dirty:", pd) G("\nAnonymous:", an)
      G("\nFilePmdMapped:", fp) if (e) sscanf(e, "VmFlags: %[^\n]", vf);
  o(" smaps%c[rss=%ld sc=%ld sd=%ld pc=%ld pd=%ld anon=%ld fpmd=%ld vmf=%s]", m->id, rss, sc, sd, pc, pd, an, fp, vf);
}
