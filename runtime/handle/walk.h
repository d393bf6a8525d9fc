/* walk.h - opening a path part by part, below a directory and nowhere else.
 *
 * What openat2 does in one call, for kernels and containers without it: each
 * part is opened by itself and no symbolic link is ever followed by the
 * system; where one stands its text is walked as the path would be. A part
 * that is replaced meanwhile is found to be a link or is not found, so a race
 * leads nowhere that the path does not.
 *
 * Nothing here allocates or raises. All functions answer errno: EXDEV where a
 * path leads out, ELOOP where there are too many links, EAGAIN where somebody
 * moved what was being walked. */
#ifndef ZERO_HANDLE_WALK_H
#define ZERO_HANDLE_WALK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Where paths begin, and how they are read. */
struct zero_walk_rules {
  int root;      /* a directory */
  bool whole;    /* it is the file system's own: nothing is outside */
  bool no_links; /* every symbolic link is refused with ELOOP */
};

/* The directory that holds what a path names, and the name in it: one part,
 * or `.`. */
struct zero_file_place {
  int directory; /* -1: none */
  char name[NAME_MAX + 1];
};

/* openat(2) with O_CLOEXEC of a relative `path`; with O_PATH it takes
 * O_DIRECTORY or O_NOFOLLOW. Returns a descriptor, or -1 and errno. */
int zero__walk_open(const struct zero_walk_rules *rules, const char *path,
                    int flags, mode_t mode);

/* The place of a relative `path`, which is followed where it is a symbolic
 * link; what it leads to need not exist. Returns 0, and the caller closes the
 * directory, or errno. */
int zero__walk_place(const struct zero_walk_rules *rules, const char *path,
                     struct zero_file_place *place);

#endif
