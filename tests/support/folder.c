/* folder.c - a folder of a test's own, with a file root in it. */
#include "folder.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"

static char folder[] = P_tmpdir "/zero-test-XXXXXX";

const char *zero_test_folder_enter(void) {
  cr_assert_not_null(mkdtemp(folder));
  cr_assert_eq(chdir(folder), 0);
  cr_assert_eq(mkdir("root", 0777), 0);
  cr_assert_eq(mkdir("outside", 0777), 0);
  return folder;
}

void zero_test_folder(zero_vm *vm) {
  zero_test_folder_enter();
  cr_assert_eq(zero__root_open(vm, "root"), 0);
}

static int remove_one(const char *path, const struct stat *facts, int flag,
                      struct FTW *place) {
  (void)facts;
  (void)flag;
  (void)place;
  return remove(path);
}

void zero_test_folder_leave(void) {
  if (chdir("/") == 0) nftw(folder, remove_one, 20, FTW_DEPTH | FTW_PHYS);
}

void zero_test_folder_end(zero_vm *vm) {
  zero__root_close(vm);
  zero_test_folder_leave();
}

void zero_test_put(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  cr_assert_geq(file, 0, "%s", path);
  cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
}

const char *zero_test_get(const char *path) {
  static char text[1 << 20];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return "(none)";
  ssize_t got = read(file, text, sizeof text - 1);
  close(file);
  text[got > 0 ? got : 0] = '\0';
  return text;
}

void zero_test_link(const char *text, const char *path) {
  cr_assert_eq(symlink(text, path), 0, "%s", path);
}

int zero_test_names(const char *path) {
  DIR *directory = opendir(path);
  int count = -2; /* . and .. */
  cr_assert_not_null(directory);
  while (readdir(directory) != NULL) count++;
  closedir(directory);
  return count;
}
