/* Writes the chunks of standard input (a 64-bit offset, then 4096 bytes, repeated) to a device. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define CHUNK (8 + 4096)

int main(int c, char **v) {
  static char chunk[CHUNK];
  int f = c > 1 ? open(v[1], O_WRONLY) : -1;
  if (f < 0) {
    perror("unsparse");
    return 1;
  }
  for (;;) {
    int got = 0, r;
    while (got < CHUNK && (r = read(0, chunk + got, CHUNK - got)) > 0)
      got += r;
    if (got < CHUNK)
      break;
    if (pwrite(f, chunk + 8, 4096, *(uint64_t *)chunk) != 4096) {
      perror("pwrite");
      return 1;
    }
  }
  return fsync(f);
}
