/* Trace events of one operation, the observer's own faults, and clocks. */
#define TRACING "/sys/kernel/tracing/"
static char trace_text[1 << 18]; /* static: it must not fault in the middle */
static int trace_fd = -1;
static void put(const char *path, const char *text) {
  int f = open(path, O_WRONLY | O_TRUNC);
  if (f < 0 || write(f, text, strlen(text)) < 0)
    printf("# cannot write %s to %s: %s\n", text, path, strerror(errno));
  if (f >= 0)
    close(f);
}
static void trace_only_this(void) {
  char pid[16];
  snprintf(pid, sizeof pid, "%d", getpid());
  put(TRACING "tracing_on", "0");
  put(TRACING "trace", "");
  put(TRACING "set_event_pid", pid);
  put(TRACING "options/event-fork", "1");
  put(TRACING "events/fs_dax/enable", "1");
  put(TRACING "events/exceptions/page_fault_user/filter", "address >= 0x200000000000 && address < 0x210000000000");
  put(TRACING "events/exceptions/page_fault_user/enable", "1");
  put(TRACING "tracing_on", "1");
  trace_fd = open(TRACING "trace_pipe", O_RDONLY | O_NONBLOCK);
  if (trace_fd < 0)
    perror("trace_pipe");
}
static void drain(int show) {
  if (trace_fd < 0)
    return;
  for (;;) {
    int n = read(trace_fd, trace_text, sizeof trace_text - 1);
    if (n <= 0)
      break;
    trace_text[n] = 0;
    if (!show)
      continue;
    char *s = trace_text;
    while (*s) {
      char *e = strchr(s, '\n');
      if (e)
        *e = 0;
      o("  T %s", s);
      flushline();
      if (!e)
        break;
      s = e + 1;
    }
  }
}
static long minflt_stat(void) {
  static char b[2048];
  int f = open("/proc/self/stat", O_RDONLY);
  int n = read(f, b, 2047);
  close(f);
  b[n] = 0;
  char *p = strrchr(b, ')');
  long v = 0;
  sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %ld", &v);
  return v;
}
// after fork the observer's own pages are copy-on-write again: break the sharing before the next measurement
extern char __data_start[], _end[];
static void __attribute__((noinline)) retouch(void) {
  volatile char st[32768];
  for (u64 i = 0; i < sizeof st; i += PG)
    st[i] = 0;
  for (char *p = __data_start; p < _end; p += PG) {
    volatile char *q = p;
    *q = *q;
  }
  volatile char *q = _end - 1;
  *q = *q;
}
static void nap(int ms) {
  struct timespec t = {0, ms * 1000000l};
  nanosleep(&t, 0);
}
static u64 ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ul + t.tv_nsec;
}
