/*
 * What the kernel itself has: page tables of this process and the file's tree of entries, read through /proc/kcore with
 * the offsets of BTF, so that one binary fits every kernel.
 */
#include <elf.h>

static int kcore_fd = -1;
static struct { u64 va, off, len; } ph[512];
static int nph;
static int krd(u64 va, void *buf, size_t n) {
  if (kcore_fd < 0)
    return -1;
  for (int i = 0; i < nph; i++)
    if (va >= ph[i].va && va + n <= ph[i].va + ph[i].len)
      return pread(kcore_fd, buf, n, ph[i].off + (va - ph[i].va)) == (ssize_t)n ? 0 : -1;
  return -1;
}
static u64 kq(u64 va) {
  u64 v = 0;
  if (krd(va, &v, 8))
    return 0;
  return v;
}
static u32 kd(u64 va) {
  u32 v = 0;
  if (krd(va, &v, 4))
    return 0;
  return v;
}
static u8 *btf;
static u32 *tyoff;
static int nty;
static char *bstr;
struct bhdr {
  uint16_t magic;
  u8 ver, flags;
  u32 hlen, toff, tlen, soff, slen;
};
struct bty {
  u32 name, info, size;
};
static struct bty *T(int i) {
  return (struct bty *)(btf + tyoff[i]);
}
static void btf_load(void) {
  int f = open("/sys/kernel/btf/vmlinux", O_RDONLY);
  if (f < 0)
    return;
  struct stat s;
  fstat(f, &s);
  btf = malloc(s.st_size);
  size_t o = 0;
  ssize_t r;
  while (o < (size_t)s.st_size && (r = read(f, btf + o, s.st_size - o)) > 0)
    o += r;
  close(f);
  struct bhdr *h = (void *)btf;
  bstr = (char *)btf + h->hlen + h->soff;
  tyoff = malloc(4 * 400000);
  u32 p = h->hlen + h->toff, e = p + h->tlen;
  nty = 1;
  while (p < e) {
    struct bty *t = (void *)(btf + p);
    tyoff[nty++] = p;
    int k = (t->info >> 24) & 31, v = t->info & 0xffff;
    p += 12;
    switch (k) {
    case 1:
      p += 4;
      break;
    case 3:
      p += 12;
      break;
    case 4:
    case 5:
      p += 12 * v;
      break;
    case 6:
      p += 8 * v;
      break;
    case 13:
      p += 8 * v;
      break;
    case 14:
      p += 4;
      break;
    case 15:
      p += 12 * v;
      break;
    case 17:
      p += 4;
      break;
    case 19:
      p += 12 * v;
      break;
    }
  }
}
static int memoff_t(int ti, const char *m) { // byte offset of member m (descends into anonymous members)
  struct bty *t = T(ti);
  int v = t->info & 0xffff, kf = t->info >> 31;
  u32 *mm = (u32 *)(t + 1);
  for (int i = 0; i < v; i++) {
    u32 o = mm[3 * i + 2];
    if (kf)
      o &= 0xffffff;
    const char *n = bstr + mm[3 * i];
    if (*n) {
      if (!strcmp(n, m))
        return o / 8;
    } else {
      int c = mm[3 * i + 1];
      int k = (T(c)->info >> 24) & 31;
      while (k == 8 || k == 9 || k == 10 || k == 11 || k == 18) {
        c = T(c)->size;
        k = (T(c)->info >> 24) & 31;
      }
      if (k == 4 || k == 5) {
        int r = memoff_t(c, m);
        if (r >= 0)
          return o / 8 + r;
      }
    }
  }
  return -1;
}
static int memoff(const char *s, const char *m) {
  for (int i = 1; i < nty; i++) {
    int k = (T(i)->info >> 24) & 31;
    if ((k == 4) && (T(i)->info & 0xffff) && !strcmp(bstr + T(i)->name, s))
      return memoff_t(i, m);
  }
  return -1;
}
static u64 ksym(const char *n) {
  FILE *f = fopen("/proc/kallsyms", "r");
  char l[512];
  u64 a;
  char t, s[256];
  u64 r = 0;
  while (f && fgets(l, 512, f))
    if (sscanf(l, "%lx %c %255s", &a, &t, s) == 3 && !strcmp(s, n)) {
      r = a;
      break;
    }
  if (f)
    fclose(f);
  return r;
}
static u64 pob, my_pgd, first_task;
static int o_tasks, o_pid, o_mm, o_pgd;
static int o_fdt, o_fdtfd, o_fmap, o_ipages, o_slots, o_shift, o_marks, o_xah, o_xaf, o_files;
static u64 my_task;
static int xa_shift = -1;
static u64 task_of(pid_t pid) {
  u64 t = first_task;
  for (int i = 0; i < 5000; i++) {
    if ((pid_t)kd(t + o_pid) == pid)
      return t;
    t = kq(t + o_tasks) - o_tasks;
    if (t == first_task || !t)
      break;
  }
  return 0;
}
static u64 pgd_of(u64 task) {
  return task ? kq(kq(task + o_mm) + o_pgd) : 0;
}
static void kcore_init(void) {
  kcore_fd = open("/proc/kcore", O_RDONLY);
  if (kcore_fd < 0)
    return;
  Elf64_Ehdr e;
  pread(kcore_fd, &e, sizeof e, 0);
  for (int i = 0; i < e.e_phnum && nph < 512; i++) {
    Elf64_Phdr p;
    pread(kcore_fd, &p, sizeof p, e.e_phoff + i * sizeof p);
    if (p.p_type == PT_LOAD) {
      ph[nph].va = p.p_vaddr;
      ph[nph].off = p.p_offset;
      ph[nph].len = p.p_memsz;
      nph++;
    }
  }
  btf_load();
  if (!nty) {
    printf("# no BTF: no kcore view\n");
    close(kcore_fd);
    kcore_fd = -1;
    return;
  }
  u64 it = ksym("init_task"), p = ksym("page_offset_base");
  pob = p ? kq(p) : 0xffff888000000000ul;
  o_tasks = memoff("task_struct", "tasks");
  o_pid = memoff("task_struct", "pid");
  o_mm = memoff("task_struct", "mm");
  o_pgd = memoff("mm_struct", "pgd");
  o_files = memoff("task_struct", "files");
  o_fdt = memoff("files_struct", "fdt");
  o_fdtfd = memoff("fdtable", "fd");
  o_fmap = memoff("file", "f_mapping");
  o_ipages = memoff("address_space", "i_pages");
  o_slots = memoff("xa_node", "slots");
  o_shift = memoff("xa_node", "shift");
  o_marks = memoff("xa_node", "marks");
  if (o_marks < 0)
    o_marks = memoff("xa_node", "tags");
  o_xah = memoff("xarray", "xa_head");
  o_xaf = memoff("xarray", "xa_flags");
  printf("# kcore: %d segs init_task=%lx page_offset_base=%lx tasks@%d pid@%d mm@%d pgd@%d files@%d fdt@%d fd@%d "
         "f_mapping@%d i_pages@%d slots@%d shift@%d marks@%d\n",
         nph, it, pob, o_tasks, o_pid, o_mm, o_pgd, o_files, o_fdt, o_fdtfd, o_fmap, o_ipages, o_slots, o_shift, o_marks);
  first_task = it;
  my_task = task_of(getpid());
  my_pgd = pgd_of(my_task);
  printf("# kcore: my task=%lx pgd=%lx\n", my_task, my_pgd);
  free(btf);
  free(tyoff);
  if (!my_pgd) {
    close(kcore_fd);
    kcore_fd = -1;
  }
}
#define PAM 0x000ffffffffff000ul
static u64 walk(u64 pgd, u64 va, int *lvl) { // raw entry; lvl 1=pte 2=pmd 0=none
  *lvl = 0;
  if (!pgd)
    return 0;
  u64 e = kq(pgd + ((va >> 39) & 511) * 8);
  if (!(e & 1))
    return 0;
  e = kq(pob + (e & PAM) + ((va >> 30) & 511) * 8);
  if (!(e & 1))
    return 0;
  e = kq(pob + (e & PAM) + ((va >> 21) & 511) * 8);
  *lvl = 2;
  if (!(e & 1)) {
    return e;
  }
  if (e & 0x80)
    return e;
  e = kq(pob + (e & PAM) + ((va >> 12) & 511) * 8);
  *lvl = 1;
  return e;
}
static u64 xa_ent(u64 idx, unsigned *tags, int *order) {
  *tags = 0;
  *order = 0;
  if (!my_task)
    return 0;
  u64 filep = kq(kq(kq(kq(my_task + o_files) + o_fdt) + o_fdtfd) + 8 * fd);
  if (!filep)
    return 0;
  u64 xa = kq(filep + o_fmap) + o_ipages;
  u64 e = kq(xa + o_xah);
  u32 fl = kd(xa + o_xaf);
  if ((e & 3) != 2 || e < 4096) {
    if (idx)
      return 0;
    if (xa_shift >= 0)
      *tags = (fl >> xa_shift) & 7;
    else
      *tags = fl;
    return e;
  }
  for (;;) {
    u64 n = e - 2;
    u8 sh;
    krd(n + o_shift, &sh, 1);
    if ((idx >> sh) > 63)
      return 0;
    unsigned o = (idx >> sh) & 63;
    idx &= (1ul << sh) - 1;
    e = kq(n + o_slots + 8 * o);
    if ((e & 3) == 2 && e < 4096) {
      o = e >> 2;
      e = kq(n + o_slots + 8 * o);
    } // sibling
    if ((e & 3) == 2 && e > 4096)
      continue;
    for (int m = 0; m < 3; m++)
      if ((kq(n + o_marks + 8 * m) >> o) & 1)
        *tags |= 1u << m;
    *order = sh;
    return e;
  }
}
