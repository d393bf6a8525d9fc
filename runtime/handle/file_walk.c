/* file_walk.c - the walk: a path below a directory, one part at a time.
 *
 * The fallback for openat2(2), which old kernels and many containers lack. Each
 * part is opened by itself, and the system never follows a symbolic link; the
 * walk follows the text of a link like a part of the path. If a part is
 * replaced meanwhile, it is found to be a link or is not found, so a race leads
 * nowhere that the path does not.
 *
 * In the walk `..` is not a step of the system, because a directory that was
 * moved has its parent elsewhere: the parts before it are walked again from the
 * root. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "handle/file.h"

enum { FOLLOWED = -1 }; /* no errno: the last part was a link, and is not */

struct walk {
  const struct zero_root *root;
  int at;                  /* directory reached; the root is not ours */
  unsigned links;          /* followed */
  bool slash;              /* after the name: it must be a directory */
  char name[NAME_MAX + 1]; /* next to be opened */
  char done[PATH_MAX];     /* the parts that lead to `at`, none a link */
  char rest[PATH_MAX];     /* what follows the name */
};

/* It is whole if the directory is the process's `/`. */
struct zero_root zero__root_of(int directory) {
  struct stat found, whole;
  bool same = fstat(directory, &found) == 0 && stat("/", &whole) == 0 &&
              found.st_dev == whole.st_dev && found.st_ino == whole.st_ino;
  return (struct zero_root){.directory = directory, .whole = same};
}

static void move_to(struct walk *walk, int directory) {
  if (walk->at != walk->root->directory) close(walk->at);
  walk->at = directory;
}

/* Opens a directory in another that is not a link. Returns it, or -1. */
static int step(int directory, const char *name) {
  return openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* --- one part ------------------------------------------------------------ */

/* Goes to the parent of the current directory, by the names that led there. */
static int climb(struct walk *walk) {
  char again[PATH_MAX];
  char *left = again;
  if (walk->done[0] == '\0') return walk->root->whole ? 0 : EXDEV;
  char *last = strrchr(walk->done, '/');
  *(last != NULL ? last : walk->done) = '\0';
  snprintf(again, sizeof again, "%s", walk->done);
  move_to(walk, walk->root->directory);
  for (char *name; (name = strsep(&left, "/")) != NULL && *name != '\0';) {
    int directory = step(walk->at, name);
    if (directory < 0) {
      bool moved = errno == ENOTDIR || errno == ELOOP || errno == ENOENT;
      return moved ? EAGAIN : errno;
    }
    move_to(walk, directory);
  }
  return 0;
}

/* The name is a link, or was: puts its text before the rest. `error` is why the
 * name could not be opened, and is returned if it is not a link; EAGAIN if it
 * must have been one and is no longer. */
static int follow(struct walk *walk, int error) {
  char text[PATH_MAX];
  struct stat now;
  if (error != ELOOP && error != ENOTDIR) return error;
  ssize_t size = readlinkat(walk->at, walk->name, text, sizeof text);
  if (size < 0 && errno == EINVAL) {
    bool fits =
        fstatat(walk->at, walk->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
        (S_ISDIR(now.st_mode) || S_ISLNK(now.st_mode));
    return error == ELOOP || fits ? EAGAIN : error;
  }
  if (size < 0) return errno == ENOENT ? EAGAIN : errno;
  if (walk->root->no_links || walk->links++ == ZERO_LINKS_MAX) return ELOOP;
  size_t more = strlen(walk->rest) + 1;
  if ((size_t)size + 1 + more > sizeof walk->rest) return ENAMETOOLONG;
  bool slash = walk->slash || more > 1;
  memmove(walk->rest + size + slash, walk->rest, more);
  memcpy(walk->rest, text, (size_t)size);
  if (slash) walk->rest[size] = '/';
  if (text[0] != '/') return 0;
  if (!walk->root->whole) return EXDEV;
  walk->done[0] = '\0';
  move_to(walk, walk->root->directory);
  return 0;
}

/* Goes into the directory of the name. */
static int enter(struct walk *walk) {
  int directory = step(walk->at, walk->name);
  if (directory < 0) return follow(walk, errno);
  move_to(walk, directory);
  size_t size = strlen(walk->done);
  size_t more = strlen(walk->name);
  if (size + 1 + more >= sizeof walk->done) return ENAMETOOLONG;
  if (size > 0) walk->done[size++] = '/';
  memcpy(walk->done + size, walk->name, more + 1);
  return 0;
}

/* Walks on until the name is the last part, not yet opened, and never `..`. The
 * next part is taken out of the rest; it is `.` if there is none. */
static int advance(struct walk *walk) {
  for (;;) {
    const char *part = walk->rest + strspn(walk->rest, "/");
    size_t size = strcspn(part, "/");
    if (size > NAME_MAX) return ENAMETOOLONG;
    memcpy(walk->name, size > 0 ? part : ".", size > 0 ? size : 1);
    walk->name[size > 0 ? size : 1] = '\0';
    const char *behind = part + size;
    walk->slash = *behind == '/';
    behind += strspn(behind, "/");
    memmove(walk->rest, behind, strlen(behind) + 1);
    bool last = walk->rest[0] == '\0';
    int error = 0;
    if (strcmp(walk->name, "..") == 0) {
      error = climb(walk);
    } else if (strcmp(walk->name, ".") != 0 && !last) {
      error = enter(walk);
    } else if (last) {
      return 0;
    }
    if (error != 0) return error;
  }
}

/* --- the whole ----------------------------------------------------------- */

/* Walks to the last part and applies `last` to it, which returns 0, errno, or a
 * result of follow_last. */
static int walk_to(const struct zero_root *root, const char *path,
                   int (*last)(struct walk *walk, void *context),
                   void *context) {
  struct walk walk;
  size_t size = strlen(path);
  if (size == 0) return ENOENT;
  if (size >= sizeof walk.rest) return ENAMETOOLONG;
  walk.root = root;
  int error;
  int tries = 0;
  do {
    walk.at = root->directory;
    walk.links = 0;
    walk.done[0] = '\0';
    memcpy(walk.rest, path, size + 1);
    do {
      error = advance(&walk);
      if (error == 0) error = last(&walk, context);
    } while (error == FOLLOWED);
    move_to(&walk, root->directory);
  } while (error == EAGAIN && ++tries < ZERO_WALK_TRIES);
  return error;
}

static int follow_last(struct walk *walk, int error) {
  error = follow(walk, error);
  return error == 0 ? FOLLOWED : error;
}

struct opening {
  int flags;
  mode_t mode;
  char *real;
  int file;
};

static int open_last(struct walk *walk, void *context) {
  struct opening *o = context;
  int more = O_NOFOLLOW | O_CLOEXEC | (walk->slash ? O_DIRECTORY : 0);
  bool follows = (o->flags & O_NOFOLLOW) == 0 || walk->slash;
  if (walk->slash && (o->flags & O_CREAT) != 0) return EISDIR;
  struct stat facts;
  o->file = openat(walk->at, walk->name, o->flags | more, o->mode);
  int error = o->file < 0 ? errno : 0;
  if (follows && error == 0 && (o->flags & O_PATH) != 0 &&
      fstat(o->file, &facts) == 0 && S_ISLNK(facts.st_mode)) {
    close(o->file); /* O_PATH opens a link itself */
    o->file = -1;
    error = ELOOP;
  }
  if (error != 0) return follows ? follow_last(walk, error) : error;
  if (o->real == NULL) return 0;
  const char *name = strcmp(walk->name, ".") != 0 ? walk->name : "";
  const char *between = walk->done[0] != '\0' && *name != '\0' ? "/" : "";
  int size = snprintf(o->real, PATH_MAX, "%s%s%s", walk->done, between, name);
  if (size == 0) strcpy(o->real, ".");
  return size < PATH_MAX ? 0 : ENAMETOOLONG;
}

int zero__walk_open(const struct zero_root *root, const char *path,
                    int flags, mode_t mode, char *real) {
  struct opening o = {flags, mode, real, .file = -1};
  int error = walk_to(root, path, open_last, &o);
  if (error == 0) return o.file;
  if (o.file >= 0) close(o.file);
  errno = error;
  return -1;
}

/* A missing name is not a link, and may be made. */
static int place_last(struct walk *walk, void *context) {
  struct zero_file_place *place = context;
  struct stat facts;
  bool there = fstatat(walk->at, walk->name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
  if (!there && errno != ENOENT) return errno;
  if (there && S_ISLNK(facts.st_mode)) return follow_last(walk, ELOOP);
  if (walk->slash) return EISDIR;
  memcpy(place->name, walk->name, sizeof walk->name);
  place->directory = openat(walk->at, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return place->directory < 0 ? errno : 0;
}

int zero__walk_place(const struct zero_root *root, const char *path,
                     struct zero_file_place *place) {
  place->directory = -1;
  return walk_to(root, path, place_last, place);
}
