/* file_walk.h - opening a path below a directory and nowhere else.
 *
 * The kernel does it in one call, openat2. For kernels and containers without
 * it there is the walk: each part is opened by itself and no symbolic link is
 * ever followed by the system; where one stands its text is walked as the path
 * would be. A part that is replaced meanwhile is found to be a link or is not
 * found, so a race leads nowhere that the path does not.
 *
 * Nothing here allocates, raises or tries again after a signal. All functions
 * return errno: EXDEV where a path leads outside, ELOOP where there are too
 * many links, EINTR, EAGAIN where somebody never ceased to move what was being
 * walked. */
#ifndef ZERO_HANDLE_FILE_WALK_H
#define ZERO_HANDLE_FILE_WALK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

enum { ZERO_LINKS_MAX = 40 }; /* that a path goes through, as the kernel's */

/* Where paths begin, and how they are read. */
struct zero_walk_rules {
  int root;      /* a directory */
  bool whole;    /* it is the file system's own: nothing is outside */
  bool no_links; /* every symbolic link is refused with ELOOP */
  bool by_parts; /* the walk is used also where the kernel has openat2 */
};

/* The directory that holds what a path names, and the name in it: one part,
 * or `.`. A slash after a name that must be a directory's stays with it. */
struct zero_file_place {
  int directory; /* -1: none */
  char name[NAME_MAX + 2];
};

/* The rules for paths below a directory. */
struct zero_walk_rules zero__walk_rules(int root);

/* openat(2) with O_CLOEXEC of a relative `path`, by openat2 where there is
 * one; with O_PATH it takes O_DIRECTORY or O_NOFOLLOW. Returns a descriptor,
 * or -1 and errno. */
int zero__open_below(const struct zero_walk_rules *rules, const char *path,
                     int flags, mode_t mode);

/* The same by the walk. Out: `real`, PATH_MAX bytes, or NULL: the path from
 * the root to what was opened, without links, `.` and `..`. */
int zero__walk_open(const struct zero_walk_rules *rules, const char *path,
                    int flags, mode_t mode, char *real);

/* The place of a relative `path`, which is followed where it is a symbolic
 * link; what it leads to need not exist. Returns 0, and the caller closes the
 * directory, or errno. */
int zero__walk_place(const struct zero_walk_rules *rules, const char *path,
                     struct zero_file_place *place);

#endif
