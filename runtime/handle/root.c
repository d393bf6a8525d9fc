/* root.c - the directory that no path of a program leads out of. */
#include "handle/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layout/brief.h"
#include "layout/layout.h"
#include "value/path.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

/* The fields of a Path (abi/value-fields.tsv). */
enum { TEXT, KIND, NORMALIZED };

/* The kernel gives up where anything at all is renamed while it climbs: it is
 * asked again, and then the walk, which minds what is on the path alone. */
enum { KERNEL_TRIES = 32, TRIES = 64 };

struct zero_root {
  int directory;
  bool whole; /* it is the root of the file system */
  bool given; /* the host named it */
  bool walks; /* openat2 is not there, or not to be used */
};

/* --- openat2 ------------------------------------------------------------- */

static int open_once(int directory, const char *path, int flags, mode_t mode,
                     uint64_t resolve) {
  struct open_how how = {
      .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
      .mode = (flags & O_CREAT) != 0 ? mode : 0,
      .resolve = resolve | RESOLVE_NO_MAGICLINKS,
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/* True where the kernel has openat2 and lets it be used: some containers
 * answer EPERM for calls they do not know. */
static bool has_openat2(int directory) {
  int file = open_once(directory, ".", O_PATH | O_DIRECTORY, 0,
                       RESOLVE_BENEATH);
  if (file >= 0) close(file);
  return file >= 0;
}

/* --- the root ------------------------------------------------------------ */

/* True where a directory is what `/` means to the process. */
static bool is_whole(int directory) {
  struct stat found, whole;
  return fstat(directory, &found) == 0 && stat("/", &whole) == 0 &&
         found.st_dev == whole.st_dev && found.st_ino == whole.st_ino;
}

static int open_root(zero_vm *vm, const char *path, bool given) {
  struct zero_root *root = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *root);
  do {
    root->directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  } while (root->directory < 0 && errno == EINTR);
  if (root->directory < 0) return errno;
  root->whole = is_whole(root->directory);
  root->given = given;
  root->walks = !has_openat2(root->directory);
  vm->root = root;
  return 0;
}

int zero__root_open(zero_vm *vm, const char *path) {
  return open_root(vm, path, true);
}

bool zero__root_given(const zero_vm *vm) {
  return vm->root != NULL && vm->root->given;
}

void zero__root_close(zero_vm *vm) {
  if (vm->root == NULL) return;
  close(vm->root->directory);
  vm->root = NULL;
}

void zero__root_walk(zero_vm *vm) {
  vm->root->walks = true;
}

/* --- paths --------------------------------------------------------------- */

/* The text of argument `index`, ZERO_NONE for a package. */
static zero_value path_text(zero_vm *vm, const zero_value *args,
                            unsigned index) {
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_PATH);
  zero_value path = zero__layout_read(&vm->heap, family, args[index]);
  if (zero_is_none(path)) zero__raise_type(vm, args, index, "Path or Text");
  const zero_value *fields = zero__record(path)->fields;
  if (!zero__is_true(fields[NORMALIZED])) {
    zero__raise(&vm->heap, ZERO_CODE_LAYOUT_PATH,
                "%s: argument %u is a Path that is not normalized",
                zero__builtin_name(vm), index + 1);
  }
  return zero__text_is(fields[KIND], "package") ? ZERO_NONE : fields[TEXT];
}

static bool is_package(zero_value text) {
  static const char package[] = "pkg:";
  return strncmp(zero__text_bytes(text), package, sizeof package - 1) == 0;
}

const char *zero__want_path(zero_vm *vm, zero_value *args, unsigned index) {
  zero_value text = args[index];
  if (!zero__is_text(text)) text = path_text(vm, args, index);
  if (zero_is_none(text)) return NULL;
  zero__charge_bytes(vm, zero__text_size(text));
  zero_value normal = zero__path_normal(&vm->heap, text);
  if (zero_is_none(normal) || is_package(normal)) return NULL;
  args[index] = normal;
  return zero__text_bytes(normal);
}

/* Makes a path relative to the root, which is opened where nobody has. */
static int enter(zero_vm *vm, const char **path) {
  int error = vm->root == NULL ? open_root(vm, ".", false) : 0;
  if (error != 0) return error;
  if (*path == NULL) return EXDEV;
  if (**path != '/') return 0;
  if (!vm->root->whole) return EXDEV;
  *path += (*path)[1] != '\0' ? 1 : 0;
  return 0;
}

static struct zero_walk_rules rules_of(const struct zero_root *root) {
  return (struct zero_walk_rules){.root = root->directory,
                                  .whole = root->whole};
}

/* Opens `path` by the rules, with openat2 unless `walks`. */
static int open_by(const struct zero_walk_rules *rules, bool walks,
                   const char *path, int flags, mode_t mode) {
  uint64_t resolve = rules->whole ? RESOLVE_IN_ROOT : RESOLVE_BENEATH;
  if (rules->no_links) resolve |= RESOLVE_NO_SYMLINKS;
  int file;
  int tries = 0;
  do {
    file = walks || tries > KERNEL_TRIES
               ? zero__walk_open(rules, path, flags, mode)
               : open_once(rules->root, path, flags, mode, resolve);
  } while (file < 0 &&
           (errno == EINTR || (errno == EAGAIN && ++tries < TRIES)));
  return file;
}

int zero__root_file(zero_vm *vm, const char *path, int flags, mode_t mode) {
  int error = enter(vm, &path);
  if (error != 0) {
    errno = error;
    return -1;
  }
  struct zero_walk_rules rules = rules_of(vm->root);
  return open_by(&rules, vm->root->walks, path, flags, mode);
}

int zero__root_directory(zero_vm *vm, int base, const char *path) {
  struct zero_walk_rules rules = {.root = base, .no_links = true};
  return open_by(&rules, vm->root->walks, path, O_RDONLY | O_DIRECTORY, 0);
}

int zero__root_place(zero_vm *vm, const char *path,
                     struct zero_file_place *place) {
  char parent[PATH_MAX];
  place->directory = -1;
  int error = enter(vm, &path);
  if (error != 0) return error;
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  size_t size = (size_t)(name - path);
  if (strlen(name) >= sizeof place->name || size >= sizeof parent) {
    return ENAMETOOLONG;
  }
  memcpy(parent, path, size);
  parent[size] = '\0';
  strcpy(place->name, *name != '\0' ? name : ".");
  struct zero_walk_rules rules = rules_of(vm->root);
  place->directory =
      open_by(&rules, vm->root->walks, size > 0 ? parent : ".",
              O_PATH | O_DIRECTORY, 0);
  return place->directory < 0 ? errno : 0;
}

int zero__root_place_followed(zero_vm *vm, const char *path,
                              struct zero_file_place *place) {
  place->directory = -1;
  int error = enter(vm, &path);
  if (error != 0) return error;
  struct zero_walk_rules rules = rules_of(vm->root);
  for (int tries = 0; tries < TRIES; tries++) {
    error = zero__walk_place(&rules, path, place);
    if (error != EAGAIN) break;
  }
  return error;
}

zero_value zero__path_error(zero_vm *vm, const zero_value *args,
                            unsigned index, int error, uint32_t capability) {
  char path[ZERO_BRIEF];
  zero__brief(&vm->heap, args[index], path);
  if (error != EXDEV) {
    return zero__host_error(vm, error, capability, "%s", path);
  }
  return zero__host_refused(vm, ZERO_CODE_FILE_OUTSIDE, capability,
                            "%s: it is not below the file root", path);
}
