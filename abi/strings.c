/* strings.c - growing text, names and words, for the generator. */
#include "generate.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_WIDTH = 80 };

void *allocate(size_t count, size_t size) {
  void *memory = calloc(count == 0 ? 1 : count, size);
  if (memory == NULL) {
    fputs("abi-generate: out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

char *copy_bytes(const char *bytes, size_t size) {
  char *copy = allocate(size + 1, 1);
  if (size > 0) memcpy(copy, bytes, size);
  return copy;
}

void add_bytes(struct text *text, const char *bytes, size_t size) {
  if (text->size + size + 1 > text->room) {
    size_t room = (text->size + size + 1) * 2;
    char *grown = allocate(room, 1);
    if (text->size > 0) memcpy(grown, text->bytes, text->size);
    free(text->bytes);
    text->bytes = grown;
    text->room = room;
  }
  if (size > 0) memcpy(text->bytes + text->size, bytes, size);
  text->size += size;
  text->bytes[text->size] = '\0';
}

void add(struct text *text, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *bytes = allocate((size_t)size + 1, 1);
  va_start(args, format);
  vsnprintf(bytes, (size_t)size + 1, format, args);
  va_end(args);
  add_bytes(text, bytes, (size_t)size);
  free(bytes);
}

/* Columns of the last line so far, in code points. */
static unsigned last_column(const struct text *text) {
  unsigned column = 0;
  for (size_t i = text->size; i > 0 && text->bytes[i - 1] != '\n'; i--) {
    if ((text->bytes[i - 1] & 0xc0) != 0x80) column++;
  }
  return column;
}

static void add_escaped(struct text *text, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] == '\t') {
      add(text, "\\t");
    } else if (bytes[i] == '\n') {
      add(text, "\\n");
    } else {
      if (bytes[i] == '"' || bytes[i] == '\\') add(text, "\\");
      add_bytes(text, bytes + i, 1);
    }
  }
}

void add_literal(struct text *text, unsigned indent, const char *string,
                 const char *line_end) {
  add(text, "\"");
  bool fresh = true;
  while (*string != '\0') {
    size_t size = strcspn(string, " \t");
    if (string[size] != '\0') size++;
    struct text word = {0};
    add_escaped(&word, string, size);
    /* Behind a word there must be room for a quote, `),` and ` \`. */
    if (!fresh && last_column(text) + last_column(&word) + 5 > LINE_WIDTH) {
      add(text, "\"%s%*s\"", line_end, (int)indent, "");
    }
    add_bytes(text, word.bytes, word.size);
    free(word.bytes);
    string += size;
    fresh = false;
  }
  add(text, "\"");
}

char *upper_name(const char *name) {
  struct text upper = {0};
  for (size_t i = 0; name[i] != '\0'; i++) {
    unsigned char here = (unsigned char)name[i];
    if (i > 0 && isupper(here) && islower((unsigned char)name[i - 1])) {
      add(&upper, "_");
    }
    add(&upper, "%c", isalnum(here) ? toupper(here) : '_');
  }
  return upper.bytes;
}

char *lower_name(const char *name) {
  char *lower = upper_name(name);
  for (char *at = lower; *at != '\0'; at++) {
    *at = (char)tolower((unsigned char)*at);
  }
  return lower;
}

bool read_file(const char *path, struct text *text) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return false;
  char buffer[4096];
  size_t size;
  while ((size = fread(buffer, 1, sizeof buffer, file)) > 0) {
    add_bytes(text, buffer, size);
  }
  int failure = ferror(file) ? errno : 0;
  fclose(file);
  errno = failure;
  if (failure == 0) add_bytes(text, "", 0);
  return failure == 0;
}

bool among(const char *words, const char *word) {
  char *each;
  while ((each = next_word(&words)) != NULL) {
    if (strcmp(each, word) == 0) return true;
  }
  return false;
}

char *next_word(const char **words) {
  *words += strspn(*words, " ");
  size_t size = strcspn(*words, " ");
  if (size == 0) return NULL;
  char *word = copy_bytes(*words, size);
  *words += size;
  return word;
}
