/*
 * Runs a few processes and threads at once on a file of a DAX filesystem, with the function tracer and the tracepoints on, and
 * prints the raw trace.
 *
 *   sides DIRECTORY SIDES FUNCTIONS
 *
 * SIDES: `rounds N` where it is to be done more than once, `page N hole|block|unwritten` for each page of the file, `space N` before each side (its address space), and then
 * one call per line: `load N`, `store N`, `read N`, `write N`, `fsync`, `msync`, `punch N`, `truncate N`, `dontneed N`,
 * `munmap N`, `mprotect ro|rw`, `spin N`. FUNCTIONS: names for the function tracer, one per line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul
#define TRACING "/sys/kernel/tracing/"
#define MOST 8

struct side {
  int space, calls;
  char call[64][32];
};
static struct side sides[MOST];
static int count, pages, fd, rounds = 1, round;
static char *at;
/* Shared by all: how many sides are ready. */
static volatile int *ready;
static __thread sigjmp_buf back;

static void put(const char *path, const char *text, int how) {
  int f = open(path, O_WRONLY | how);
  if (f < 0 || write(f, text, strlen(text)) < 0)
    printf("# cannot write %s to %s: %s\n", text, path, strerror(errno));
  if (f >= 0)
    close(f);
}

static void got(int s) {
  siglongjmp(back, s);
}

static void run(const char *call) {
  char name[32], word[32] = "";
  sscanf(call, "%31s %31s", name, word);
  unsigned long n = strtoul(word, 0, 0);
  static char bytes[PAGE];
  char one;
  if (!strcmp(name, "load"))
    (void)*(volatile char *)(at + n * PAGE);
  else if (!strcmp(name, "store"))
    *(volatile char *)(at + n * PAGE) = 1;
  else if (!strcmp(name, "read"))
    pread(fd, &one, 1, n * PAGE);
  else if (!strcmp(name, "write"))
    pwrite(fd, bytes, PAGE, n * PAGE);
  else if (!strcmp(name, "fsync"))
    fsync(fd);
  else if (!strcmp(name, "msync"))
    msync(at, pages * PAGE, MS_SYNC);
  else if (!strcmp(name, "punch"))
    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, n * PAGE, PAGE);
  else if (!strcmp(name, "truncate"))
    ftruncate(fd, n * PAGE);
  else if (!strcmp(name, "dontneed"))
    madvise(at + n * PAGE, PAGE, MADV_DONTNEED);
  else if (!strcmp(name, "munmap"))
    munmap(at + n * PAGE, PAGE);
  else if (!strcmp(name, "mprotect"))
    mprotect(at, pages * PAGE, !strcmp(word, "ro") ? PROT_READ : PROT_READ | PROT_WRITE);
  else if (!strcmp(name, "spin"))
    for (volatile unsigned long i = 0; i < n; i++)
      ;
}

static void *perform(void *which) {
  long i = (long)which;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(i & 1, &one);
  sched_setaffinity(0, sizeof one, &one);
  __sync_fetch_and_add(ready, 1);
  while (*ready < count)
    __builtin_ia32_pause();
  /* No two rounds begin alike. */
  for (volatile unsigned n = (round * 2654435761u >> (8 + 4 * i)) % 20000; round > 0 && n > 0; n--)
    ;
  for (int n = 0; n < sides[i].calls; n++)
    if (!sigsetjmp(back, 1))
      run(sides[i].call[n]);
  return 0;
}

/* All sides of one address space: the first maps the file. */
static void perform_space(int space) {
  pthread_t threads[MOST];
  int n = 0;
  at = mmap((void *)0x200000000000ul, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
  for (long i = 0; i < count; i++)
    if (sides[i].space == space)
      pthread_create(&threads[n++], 0, perform, (void *)i);
  while (n > 0)
    pthread_join(threads[--n], 0);
}

static void prepare(const char *dir, char initial[][16]) {
  static char bytes[PAGE], name[300];
  snprintf(name, sizeof name, "%s/sides", dir);
  fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
  ftruncate(fd, pages * PAGE);
  for (int p = 0; p < pages; p++)
    if (!strcmp(initial[p], "block"))
      pwrite(fd, bytes, PAGE, p * PAGE);
    else if (!strcmp(initial[p], "unwritten"))
      fallocate(fd, 0, p * PAGE, PAGE);
  fsync(fd);
}

static const char *const CALLS[] = {"fsync",    "fdatasync", "msync",  "read",     "write", "pread64", "pwrite64", "fallocate",
                                    "truncate", "ftruncate", "munmap", "mprotect", "mmap",  "madvise"};

static void trace(const char *functions) {
  char pid[16], path[200], line[64];
  snprintf(pid, sizeof pid, "%d", getpid());
  put(TRACING "tracing_on", "0", 0);
  put(TRACING "trace", "", O_TRUNC);
  put(TRACING "set_event_pid", pid, O_TRUNC);
  put(TRACING "set_ftrace_pid", pid, O_TRUNC);
  put(TRACING "options/event-fork", "1", 0);
  put(TRACING "options/function-fork", "1", 0);
  put(TRACING "options/record-tgid", "1", 0);
  FILE *f = fopen(functions, "r");
  int any = 0;
  while (f && fgets(line, sizeof line, f)) {
    put(TRACING "set_ftrace_filter", line, any ? O_APPEND : O_TRUNC);
    any = 1;
  }
  if (any)
    put(TRACING "current_tracer", "function", 0);
  put(TRACING "events/fs_dax/enable", "1", 0);
  put(TRACING "events/exceptions/page_fault_user/filter", "address >= 0x200000000000 && address < 0x210000000000", 0);
  put(TRACING "events/exceptions/page_fault_user/enable", "1", 0);
  for (unsigned i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
    for (int exit = 0; exit < 2; exit++) {
      snprintf(path, sizeof path, TRACING "events/syscalls/sys_%s_%s/enable", exit ? "exit" : "enter", CALLS[i]);
      put(path, "1", 0);
    }
}

static void show(void) {
  static char text[1 << 16];
  int f = open(TRACING "trace", O_RDONLY), n;
  while ((n = read(f, text, sizeof text)) > 0)
    fwrite(text, 1, n, stdout);
  fflush(stdout);
  close(f);
}

static void read_sides(const char *path, char initial[][16]) {
  char line[64], word[16];
  int n;
  FILE *f = fopen(path, "r");
  while (f && fgets(line, sizeof line, f)) {
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "rounds %d", &n) == 1)
      rounds = n;
    else if (sscanf(line, "page %d %15s", &n, word) == 2)
      strcpy(initial[pages++], word);
    else if (sscanf(line, "space %d", &n) == 1)
      sides[count++].space = n;
    else if (*line && count > 0)
      snprintf(sides[count - 1].call[sides[count - 1].calls++], 32, "%s", line);
  }
}

static void once(const char *dir, char initial[][16]) {
  prepare(dir, initial);
  *ready = 0;
  put(TRACING "trace", "", O_TRUNC);
  put(TRACING "tracing_on", "1", 0);
  int most = 0;
  for (int i = 0; i < count; i++)
    if (sides[i].space > most)
      most = sides[i].space;
  for (int space = 1; space <= most; space++)
    if (!fork()) {
      perform_space(space);
      _exit(0);
    }
  while (wait(0) > 0)
    ;
  put(TRACING "tracing_on", "0", 0);
  close(fd);
  printf("# raw trace\n");
  fflush(stdout);
  show();
  printf("# end of trace\n");
  fflush(stdout);
}

int main(int c, char **v) {
  static char initial[64][16];
  if (c < 4)
    return 2;
  read_sides(v[2], initial);
  ready = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  signal(SIGBUS, got);
  signal(SIGSEGV, got);
  trace(v[3]);
  for (round = 0; round < rounds; round++)
    once(v[1], initial);
  printf("# done tracing\n");
  return 0;
}
