/*
 * Runs the operations of a script one after the other on a file of a DAX filesystem, and says after each one what it
 * returned, which times moved, the faults, the state of each page that is watched, and the trace events.
 *
 *   daxt DIRECTORY SCRIPT FIRST-PFN-OF-THE-PMEM-IN-HEX
 *
 * Built statically: gcc -O2 -static -pthread -o daxt daxt.c
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <stdarg.h>
#include <unistd.h>
#include <fcntl.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <linux/fs.h>
#include <linux/fiemap.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;
#define PG 4096ul
#define MPMD (2ul << 20)

/* The persistent memory: its first page frame, and how many there are. */
static u64 pmem_pfn, pmem_pages = 0x40000;
static int fd = -1, pmfd, kpffd, opn, with_smaps = 1;
static int partner_pmfd;
static u64 partner_pgd;
static char dir[256], fname[400];

#include "kcore.h"
#include "observe.h"
#include "calls.h"
#include "trace.h"
#include "mappings.h"
#include "race.h"
#include "scenario.h"

#define MOST_LINES 150000
static char script[1 << 22];
static char *lines[MOST_LINES];

static void catch_signals(void) {
  struct sigaction sa;
  memset(&sa, 0, sizeof sa);
  sa.sa_sigaction = segv;
  sa.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGBUS, &sa, 0);
  sigaction(SIGSEGV, &sa, 0);
}

static void stay_on_first_cpu(void) {
  cpu_set_t cs;
  CPU_ZERO(&cs);
  CPU_SET(0, &cs);
  sched_setaffinity(0, sizeof cs, &cs);
}

/* @return how many lines there are */
static int read_script(const char *path) {
  int f = open(path, O_RDONLY), n = 0, r, count = 0;
  while (f >= 0 && (r = read(f, script + n, sizeof script - 2 - n)) > 0)
    n += r;
  close(f);
  for (char *s = script; s && *s && count < MOST_LINES;) {
    char *end = strchr(s, '\n');
    if (end)
      *end = 0;
    lines[count++] = s;
    s = end ? end + 1 : 0;
  }
  return count;
}

/* The tags of an entry that is alone in a tree are in xa_flags, at a place that differs from kernel to kernel. */
static void find_root_tags(void) {
  if (kcore_fd < 0)
    return;
  snprintf(fname, sizeof fname, "%s/cal", dir);
  fd = open(fname, O_RDWR | O_CREAT, 0644);
  if (fd < 0 || ftruncate(fd, PG))
    return;
  char *p = mmap(0, PG, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  *(volatile char *)p = 1;
  unsigned tags;
  int order;
  u64 entry = xa_ent(0, &tags, &order);
  if (entry && (tags & ~0xffu))
    xa_shift = __builtin_ctz(tags & ~0xffu);
  printf("# tags of a root entry: bit %d of xa_flags\n", xa_shift);
  munmap(p, PG);
  close(fd);
  unlink(fname);
  fd = -1;
}

int main(int c, char **v) {
  setvbuf(stdout, 0, _IOLBF, 4096);
  if (c < 4) {
    fprintf(stderr, "daxt DIRECTORY SCRIPT FIRST-PFN\n");
    return 2;
  }
  snprintf(dir, sizeof dir, "%s", v[1]);
  pmem_pfn = strtoull(v[3], 0, 16);
  pmfd = open("/proc/self/pagemap", O_RDONLY);
  kpffd = open("/proc/kpageflags", O_RDONLY);
  kcore_init();
  trace_only_this();
  catch_signals();
  stay_on_first_cpu();
  int count = read_script(v[2]);
  begin_partner();
  memset(trace_text, 1, sizeof trace_text);
  memset(ob, 1, sizeof ob);
  mlockall(MCL_CURRENT);
  find_root_tags();
  u64 begun = ns();
  for (int i = 0; i < count;) {
    if (!strncmp(lines[i], "smaps ", 6))
      with_smaps = atoi(lines[i] + 6);
    if (strncmp(lines[i], "S ", 2)) {
      i++;
      continue;
    }
    int end = i + 1;
    while (end < count && strncmp(lines[end], "S ", 2) && strncmp(lines[end], "smaps ", 6))
      end++;
    run_scenario(lines + i, end - i);
    i = end;
  }
  printf("# done total_ms=%lu\n", (ns() - begun) / 1000000);
  return 0;
}
