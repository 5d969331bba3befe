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

/* What is asked for of modules, and where all that they have begins: that is in no order. */
#define MOST_WANTED 256
#define MOST_SYMBOLS 65536
static struct {
  u64 at;
  char name[128];
} of_module[MOST_WANTED];
static u64 begins[MOST_SYMBOLS];
static int of_modules, begun_symbols;

static void tell_modules(void) {
  for (int i = 0; i < of_modules; i++) {
    u64 end = of_module[i].at;
    for (int n = 0; n < begun_symbols; n++)
      if (begins[n] > of_module[i].at && (end == of_module[i].at || begins[n] < end))
        end = begins[n];
    printf("# symbol %lx %lx %s\n", of_module[i].at, end, of_module[i].name);
  }
}

/* Of each symbol that is asked for: where it begins, and where the next one does. */
static void tell_symbols(void) {
  static char wanted[8192], line[512];
  int f = open("/wanted", O_RDONLY);
  int n = read(f, wanted + 1, sizeof wanted - 2);
  close(f);
  wanted[0] = '\n';
  FILE *all = fopen("/proc/kallsyms", "r");
  u64 at, from = 0;
  char type, name[256], word[300], kept[300], module[128];
  while (n > 0 && fgets(line, sizeof line, all)) {
    module[0] = 0;
    if (sscanf(line, "%lx %c %255s [%127[^]]", &at, &type, name, module) < 3)
      continue;
    if (*module && begun_symbols < MOST_SYMBOLS)
      begins[begun_symbols++] = at;
    /* The kernel's own are in order. */
    if (from && at > from) {
      printf("# symbol %lx %lx %s\n", from, at, kept);
      from = 0;
    }
    snprintf(word, sizeof word, "\n%s", name);
    char *dot = strpbrk(word, ".");
    if (dot && !strstr(dot, ".cold"))
      *dot = 0;
    strcat(word, "\n");
    if ((type | 32) != 't' || !strstr(wanted, word))
      continue;
    word[strlen(word) - 1] = 0;
    if (*module && of_modules < MOST_WANTED) {
      of_module[of_modules].at = at;
      snprintf(of_module[of_modules++].name, sizeof of_module[0].name, "%s", word + 1);
    } else if (!*module) {
      from = at;
      strcpy(kept, word + 1);
    }
  }
  fclose(all);
  tell_modules();
  printf("# symbol %lx 0 user_load\n# symbol %lx 0 user_store\n# symbol %lx 0 user_park\n", (u64)user_load, (u64)user_store,
         (u64)user_park);
  printf("# symbols end\n");
}
