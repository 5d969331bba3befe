/*
 * Runs the processes of a scenario, each on a CPU of its own, under somebody who holds them: he stops the machine at marks,
 * which are calls of getppid(2) with arguments, and decides what they return. Between holds the first CPU tells what is mapped,
 * what is in the file's tree, and what has returned.
 *
 *   steer DIRECTORY SCRIPT FIRST-PFN-OF-THE-PMEM-IN-HEX
 *
 * Built statically: gcc -O2 -static -pthread -o steer steer.c
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
#include <time.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <linux/fs.h>
#include <linux/fiemap.h>
#include <linux/futex.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;
#define PG 4096ul
#define HUGE (512 * PG)
#define GIB (512 * HUGE)

static u64 pmem_pfn, pmem_pages = 0x40000;
static int fd = -1, pmfd, kpffd;
static char dir[256], fname[400];
/* Of the observer's headers: nobody else's mappings are shown by them here. */
static int partner_pmfd;
static u64 partner_pgd;

#include "../../kernel/guest/kcore.h"
#include "../../kernel/guest/observe.h"
#include "../../kernel/guest/calls.h"
#include "../../kernel/guest/trace.h"
#include "marks.h"
#include "actors.h"
#include "look.h"

static char script[1 << 18];

/* A fresh file: what an earlier scenario left in caches is of another one. */
static void begin(const char *name) {
  actors = spaces = vmas = watched = huge = 0;
  memset((void *)done, 0, MOST * sizeof *done);
  memset(tids, 0, MOST * sizeof *tids);
  snprintf(fname, sizeof fname, "%s/f", dir);
  unlink(fname);
  fd = open(fname, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) {
    perror("open");
    exit(1);
  }
  put("/sys/kernel/debug/clear_warn_once", "1");
  drain(0);
  printf("S %s\n", name);
}

/* PAGE PAGE */
static void watch_pages(const char *text) {
  char *end;
  for (u64 page = strtoul(text, &end, 10); end != text && watched < MOST; page = strtoul(text, &end, 10)) {
    watch[watched++] = page;
    text = end;
  }
}

/* before CALL */
static void prepare(char *text) {
  char *a[8], *rest;
  int n = 0;
  long value;
  for (char *t = strtok_r(text, " ", &rest); t && n < 8; t = strtok_r(0, " ", &rest))
    a[n++] = t;
  long r = prim(a, n, &value, 0);
  if (r < 0)
    printf("# %s returned %ld\n", a[0], r);
}

static void run(void) {
  struct statx s;
  fsync(fd);
  statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &s);
  begun = s;
  for (;;) { /* the file's times are those of ticks */
    struct timespec t;
    clock_gettime(CLOCK_REALTIME_COARSE, &t);
    if ((u64)t.tv_sec * 1000000000ul + t.tv_nsec > (u64)s.stx_mtime.tv_sec * 1000000000ul + s.stx_mtime.tv_nsec)
      break;
    nap(1);
  }
  last_mtime = s.stx_mtime;
  drain(0);
  forget_warnings();
  start_spaces();
  looks = 0;
  for (long what; (what = mark(LOOKS, 0)) != 0;)
    if (what == 3)
      break_waits();
    else
      look(what == 2);
  end_spaces();
  close(fd);
  unlink(fname);
  printf("E\n");
}

int main(int c, char **v) {
  setvbuf(stdout, 0, _IOLBF, 4096);
  if (c < 4)
    return 2;
  snprintf(dir, sizeof dir, "%s", v[1]);
  pmem_pfn = strtoull(v[3], 0, 16);
  static struct map maps[MOST];
  M = maps;
  mount("debugfs", "/sys/kernel/debug", "debugfs", 0, "");
  kpffd = open("/proc/kpageflags", O_RDONLY);
  kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
  kcore_init();
  trace_only_this();
  /* And the kernel's own threads. */
  put(TRACING "set_event_pid", "");
  catch_signals();
  on_cpu(LOOKER);
  done = mmap(0, MOST * sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  tids = mmap(0, PG, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pids = tids + MOST;
  ready = pids + MOST;
  tell_symbols();
  while (mark(HELLO, 0) != HELLO)
    nap(20);
  int f = open(v[2], O_RDONLY), n = 0, r;
  while (f >= 0 && (r = read(f, script + n, sizeof script - 2 - n)) > 0)
    n += r;
  close(f);
  char *rest;
  for (char *line = strtok_r(script, "\n", &rest); line; line = strtok_r(0, "\n", &rest)) {
    if (!strncmp(line, "S ", 2))
      begin(line + 2);
    else if (!strncmp(line, "before ", 7))
      prepare(line + 7);
    else if (!strncmp(line, "map ", 4))
      add_vma(line + 4);
    else if (!strncmp(line, "watch ", 6))
      watch_pages(line + 6);
    else if (!strcmp(line, "huge"))
      huge = 1;
    else if (!strncmp(line, "process ", 8))
      add_actor(line + 8, 0);
    else if (!strncmp(line, "forked ", 7))
      add_actor(line + 7, 1);
    else if (!strcmp(line, "run"))
      run();
  }
  printf("# done total_ms=0\n");
  return 0;
}
