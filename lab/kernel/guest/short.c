/*
 * write(2) whose buffer is there in part, or not at all: what the file holds then, and how long it is. docs/findings.md, AR.
 *
 *   short DIRECTORY
 *
 * Two files share a block, where the filesystem can do that. Before, what is free was full of another file's S.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/fs.h>

#define PG 4096
static char path[4][300];
static char many[64 * PG];
/* Its first page is there, its second is not. */
static char *user;

/* Runs of equal bytes. */
static void show(const char *what, int fd, off_t at) {
  unsigned char b[PG];
  memset(b, '?', PG);
  pread(fd, b, PG, at);
  printf("%s:", what);
  for (int i = 0, j; i < PG; i = j) {
    for (j = i; j < PG && b[j] == b[i]; j++)
      ;
    if (b[i])
      printf(" %d-%d %c", i, j - 1, b[i]);
    else
      printf(" %d-%d zero", i, j - 1);
  }
  printf("\n");
}

static int make(int n) { return open(path[n], O_CREAT | O_RDWR | O_TRUNC, 0600); }

/* A write of `count` bytes of which `there` can be read. */
static void put(const char *what, int fd, int there, size_t count, off_t at) {
  struct stat st;
  ssize_t k = pwrite(fd, user + PG - there, count, at);
  const char *why = k < 0 ? strerror(errno) : "";
  fstat(fd, &st);
  printf("%s: pwrite(%d of %zu bytes there, at %ld) = %zd %s, file of %ld bytes\n", what, there, count, (long)at, k, why,
         (long)st.st_size);
}

int main(int c, char **v) {
  const char *names[] = {"a", "b", "other", "new"};
  for (int i = 0; i < 4; i++)
    snprintf(path[i], sizeof path[i], "%s/%s", v[1], names[i]);
  user = mmap(0, 2 * PG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(user, 'N', PG);
  munmap(user + PG, PG);

  int a = make(0);
  memset(many, 'A', PG);
  pwrite(a, many, PG, 0);
  fsync(a);
  int other = make(2);
  memset(many, 'S', sizeof many);
  while (write(other, many, sizeof many) > 0)
    ;
  fsync(other);
  close(other);
  unlink(path[2]);
  sync();
  sleep(2);
  sync();

  int b = make(1);
  if (ioctl(b, FICLONE, a) == 0) {
    put("shared, a part of the block", a, 100, 3000, 200);
    show("  it", a, 0);
    show("  its clone", b, 0);
    close(b);
    b = make(1);
    pwrite(a, memset(many, 'A', PG), PG, 0);
    ioctl(b, FICLONE, a);
    put("shared, all of the block", a, 100, PG, 0);
    show("  it", a, 0);
  } else
    printf("no blocks are shared: %s\n", strerror(errno));
  int n = make(3);
  ftruncate(n, PG);
  put("a hole", n, 100, 3000, 200);
  show("  it", n, 0);
  put("behind the end, nothing there", n, 0, 3000, 5 * PG);
  put("behind the end", n, 100, PG, 8 * PG);
  ftruncate(n, 16 * PG);
  show("  it, in a longer file", n, 8 * PG);
  printf("# done 0\n");
  return 0;
}
