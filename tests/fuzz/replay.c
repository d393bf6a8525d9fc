/* replay.c - runs a fuzz target on the given files, without libFuzzer: the
 * files in corpus/ are a test like any other. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

/* The bytes of a file, in memory that ends where they end. */
static uint8_t *read_all(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) return NULL;
  *size = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*size > 0 ? *size : 1);
  if (fread(bytes, 1, *size, file) != *size) return NULL;
  fclose(file);
  return bytes;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    size_t size;
    uint8_t *bytes = read_all(argv[i], &size);
    if (bytes == NULL) {
      perror(argv[i]);
      return 1;
    }
    fprintf(stderr, "%s\n", argv[i]);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
  }
  printf("%d passed, %d failed\n", argc - 1, argc > 1 ? 0 : 1);
  return argc > 1 ? 0 : 1;
}
