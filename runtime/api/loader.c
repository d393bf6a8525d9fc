/* loader.c - reads source files: regular ones, whole, within a root.
 *
 * Names. A file is known by its real path, so that it is the same however an
 * import spells it. Below the root, or the working directory if there is no
 * root, the name is relative to that, which is what people want to read.
 *
 * Below a root a path is walked part by part, as the file builtins do if the
 * kernel has no openat2. That finds the file and its real path in one step, so
 * that no exchange of names makes them differ.
 *
 * It has no VM, so its storage comes from the collector itself and lives as
 * long as something points to it. */
#include <errno.h>
#include <fcntl.h>
#include <gc/gc.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/session.h"
#include "base/sentence.h"
#include "handle/file.h"
#include "vm/builtins.h"

/* One search for a file. Sentences call it `shown`. */
struct search {
  const char *root; /* NULL: none */
  char *shown;      /* PATH_MAX bytes each; on the C stack they would take a */
  char *real;       /* quarter of what a thread must have */
  char *message;
  size_t room;
};

static int refuse(struct search *search, int code, const char *why) {
  if (search->room > 0) {
    zero__sentence(search->message, search->room, "cannot read '%s': %s",
                   search->shown, why);
  }
  return code;
}

static int refuse_errno(struct search *search) {
  if (errno == ENOENT || errno == ENOTDIR) {
    return refuse(search, ZERO_CODE_IMPORT_NOT_FOUND, "there is no such file");
  }
  return refuse(search, ZERO_CODE_SOURCE_UNREADABLE, zero__host_reason(errno));
}

/* Opens without waiting for the other end of a pipe. */
enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* Opens below the root, where an absolute path starts too. Returns a
 * descriptor, or -1 and errno. */
static int open_below(struct search *search) {
  const char *path = search->shown + strspn(search->shown, "/");
  int root = open(search->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return -1;
  struct zero_root inside = zero__root_of(root);
  int file;
  do {
    file = zero__walk_open(&inside, path, OPEN_FLAGS, 0, search->real);
  } while (file < 0 && errno == EINTR);
  int error = errno;
  close(root);
  errno = error;
  return file;
}

/* Opens where the system finds it. A file that no longer has a path, and a pipe
 * that never had one, is known by the path that led there. */
static int open_anywhere(struct search *search) {
  int file;
  do {
    file = open(search->shown, OPEN_FLAGS);
  } while (file < 0 && errno == EINTR);
  if (file >= 0 && realpath(search->shown, search->real) == NULL) {
    strcpy(search->real, search->shown);
  }
  return file;
}

/* The name of what was opened, for people; it points into search->real. */
static const char *name_of(const struct search *search) {
  char base[PATH_MAX];
  const char *real = search->real;
  if (search->root != NULL || realpath(".", base) == NULL) return real;
  size_t size = strcmp(base, "/") == 0 ? 0 : strlen(base);
  bool inside = strncmp(real, base, size) == 0 && real[size] == '/';
  return inside && real[size + 1] != '\0' ? real + size + 1 : real;
}

static const char *kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "it is a directory";
  if (S_ISFIFO(mode)) return "it is a pipe";
  if (S_ISSOCK(mode)) return "it is a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "it is a device";
  return "it is not a regular file";
}

static int open_regular(struct search *search, int *file, size_t *expected) {
  struct stat status;
  *file = search->root != NULL ? open_below(search) : open_anywhere(search);
  if (*file < 0 && errno == EXDEV) {
    return refuse(search, ZERO_CODE_IMPORT_DENIED,
                  "imports may not leave the root");
  }
  if (*file < 0 && errno == ENXIO) {
    return refuse(search, ZERO_CODE_SOURCE_UNREADABLE, "it is a socket");
  }
  if (*file < 0 || fstat(*file, &status) != 0) return refuse_errno(search);
  if (!S_ISREG(status.st_mode)) {
    return refuse(search, ZERO_CODE_SOURCE_UNREADABLE, kind_of(status.st_mode));
  }
  *expected = status.st_size > 0 ? (size_t)status.st_size : 0;
  return 0;
}

/* Reads to the end, which may be beyond the file's stated size. */
static int read_all(struct search *search, int file, size_t expected,
                    const char **bytes, size_t *size) {
  size_t room = expected <= ZERO_SOURCE_MAX ? expected + 1 : 0;
  char *text = room > 0 ? GC_malloc_atomic(room) : NULL;
  *size = room > 0 ? 0 : expected;
  while (text != NULL && *size <= ZERO_SOURCE_MAX) {
    ssize_t got = read(file, text + *size, room - *size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_errno(search);
    if (got == 0) break;
    *size += (size_t)got;
    if (*size < room) continue;
    room *= 2;
    text = GC_realloc(text, room);
  }
  if (*size > ZERO_SOURCE_MAX) {
    char why[64];
    snprintf(why, sizeof why, "it is larger than %zu MiB",
             ZERO_SOURCE_MAX >> 20);
    return refuse(search, ZERO_CODE_SYNTAX_TOO_LARGE, why);
  }
  *bytes = text;
  if (text != NULL) return 0;
  return refuse(search, ZERO_CODE_SOURCE_UNREADABLE, "out of memory");
}

int zero_file_loader(void *context, const char *path, const char *from,
                     const char **name, const char **bytes, size_t *size,
                     char *message, size_t message_room) {
  size_t expected = 0;
  int file = -1;
  zero__thread_enter();
  struct search search = {
      .root = context,
      .shown = GC_malloc_atomic(PATH_MAX),
      .real = GC_malloc_atomic(PATH_MAX),
      .message = message,
      .room = message != NULL ? message_room : 0,
  };
  if (search.shown == NULL || search.real == NULL) {
    search.shown = (char[]){"..."};
    return refuse(&search, ZERO_CODE_SOURCE_UNREADABLE, "out of memory");
  }
  search.real[0] = '\0';
  /* A relative path begins in the directory of `from`. */
  const char *slash = path[0] == '/' ? NULL : strrchr(from, '/');
  int directory = slash == NULL ? 0 : (int)(slash - from + 1);
  int length =
      snprintf(search.shown, PATH_MAX, "%.*s%s", directory, from, path);
  if (length < 0 || length >= PATH_MAX) {
    snprintf(search.shown, PATH_MAX, "%.40s...", path);
    return refuse(&search, ZERO_CODE_SOURCE_UNREADABLE, "its path is too long");
  }
  int code = open_regular(&search, &file, &expected);
  if (code == 0) code = read_all(&search, file, expected, bytes, size);
  if (file >= 0) close(file);
  if (code == 0) *name = name_of(&search);
  return code;
}
