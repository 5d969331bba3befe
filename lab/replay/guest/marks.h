/* Marks: getppid(2) with arguments that it does not look at. Whoever holds the machine sees them, and sets what it returns. */
#define MARK 0xFA070000ul
/* The low 16 bits: one of these, or a process's number and an operation's behind which it stands. */
#define HELLO 0xFF01
#define LOOKS 0xFF02
#define ENDS 0xEE

static long mark(int what, long more) {
  long r;
  register long rdi asm("rdi") = MARK | what;
  register long rsi asm("rsi") = more;
  asm volatile("syscall" : "=a"(r) : "a"(SYS_getppid), "r"(rdi), "r"(rsi) : "rcx", "r11", "memory");
  return r;
}

/* The instructions that load and store, at addresses that can be told. */
asm(".globl user_load\nuser_load:\n movq (%rdi),%rax\n ret\n"
    ".globl user_store\nuser_store:\n movb %sil,(%rdi)\n ret\n"
    ".globl user_park\nuser_park:\n pause\n jmp user_park\n");
u64 user_load(const char *p);
void user_store(char *p, int value);
void user_park(void);

/* Of each symbol that is asked for: where it begins, and where the next one does. */
static void tell_symbols(void) {
  static char wanted[8192], line[512], kept[128];
  int f = open("/wanted", O_RDONLY);
  int n = read(f, wanted + 1, sizeof wanted - 2);
  close(f);
  wanted[0] = '\n';
  FILE *all = fopen("/proc/kallsyms", "r");
  u64 at, from = 0;
  char type, name[256], word[300], module[128];
  while (n > 0 && fgets(line, sizeof line, all)) {
    module[0] = 0;
    if (sscanf(line, "%lx %c %255s [%127[^]]", &at, &type, name, module) < 3)
      continue;
    /* The kernel's own are in order; what a module has next is not. */
    if (from && at > from) {
      printf("# symbol %lx %lx %s\n", from, strcmp(kept, "") ? from : at, word + 1);
      from = 0;
    }
    snprintf(word, sizeof word, "\n%s", name);
    char *dot = strpbrk(word, ".");
    if (dot && !strstr(dot, ".cold"))
      *dot = 0;
    strcat(word, "\n");
    if ((type | 32) == 't' && strstr(wanted, word)) {
      word[strlen(word) - 1] = 0;
      snprintf(kept, sizeof kept, "%s", module);
      if (*module)
        printf("# symbol %lx %lx %s\n", at, at, word + 1);
      else
        from = at;
    }
  }
  fclose(all);
  printf("# symbol %lx 0 user_load\n# symbol %lx 0 user_store\n# symbol %lx 0 user_park\n", (u64)user_load, (u64)user_store,
         (u64)user_park);
  printf("# symbols end\n");
}
