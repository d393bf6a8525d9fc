/* test_object.c - the marker of objects: found, and nothing else believed. */
#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/random.h"
#include "zero.h"

/* --- an object as a toolchain writes it --- */

enum { FILLERS_MAX = 200, NOTE_OFFSET = sizeof(Elf64_Ehdr) };

static const char names[] =
    "\0.shstrtab\0.note.0x0.abi2\0.note.0x0.abi";

enum { NAME_OF_NAMES = 1, NAME_OF_ANOTHER = 11, NAME_OF_NOTE = 26 };

/* Header, note, names of sections, section headers: none, the names,
 * `fillers` of no name, the note. */
struct image {
  unsigned char *bytes; /* exactly `size`, for the sanitizer */
  size_t size;
  size_t headers;
  size_t count;
};

static Elf64_Ehdr *header_of(struct image *image) {
  return (Elf64_Ehdr *)(void *)image->bytes;
}

static Elf64_Shdr *section_of(struct image *image, size_t index) {
  return (Elf64_Shdr *)(void *)(image->bytes + image->headers) + index;
}

static struct image make(const char *note, size_t size, size_t fillers) {
  struct image image = {.count = 3 + fillers};
  size_t body = (NOTE_OFFSET + size + sizeof names + 7) / 8 * 8;
  image.headers = body;
  image.size = body + image.count * sizeof(Elf64_Shdr);
  image.bytes = calloc(1, image.size);
  cr_assert_not_null(image.bytes);
  *header_of(&image) = (Elf64_Ehdr){
      .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
                  EV_CURRENT},
      .e_type = ET_REL,
#ifdef __aarch64__
      .e_machine = EM_AARCH64,
#else
      .e_machine = EM_X86_64,
#endif
      .e_version = EV_CURRENT,
      .e_shoff = body,
      .e_ehsize = sizeof(Elf64_Ehdr),
      .e_shentsize = sizeof(Elf64_Shdr),
      .e_shnum = (Elf64_Half)image.count,
      .e_shstrndx = 1,
  };
  memcpy(image.bytes + NOTE_OFFSET, note, size);
  memcpy(image.bytes + NOTE_OFFSET + size, names, sizeof names);
  *section_of(&image, 1) = (Elf64_Shdr){.sh_name = NAME_OF_NAMES,
                                        .sh_type = SHT_STRTAB,
                                        .sh_offset = NOTE_OFFSET + size,
                                        .sh_size = sizeof names};
  *section_of(&image, image.count - 1) = (Elf64_Shdr){.sh_name = NAME_OF_NOTE,
                                                      .sh_type = SHT_NOTE,
                                                      .sh_offset = NOTE_OFFSET,
                                                      .sh_size = size};
  return image;
}

static struct image whole(void) {
  return make(ZERO_ABI_MARKER, sizeof ZERO_ABI_MARKER, 0);
}

static zero_status check(const struct image *image) {
  return zero_check_object_bytes(image->bytes, image->size, NULL, 0);
}

/* Checks and frees it; `words` are in the sentence. */
static void expect(struct image image, zero_status status,
                   const char *words) {
  char message[256] = "";
  cr_expect_eq(zero_check_object_bytes(image.bytes, image.size, message,
                                       sizeof message),
               status, "%s", message);
  cr_expect_not_null(strstr(message, words), "'%s' is not in: %s", words,
                     message);
  free(image.bytes);
}

/* --- what is taken --- */

Test(object, the_marker_once_or_more_often_is_taken) {
  const char twice[] = ZERO_ABI_MARKER "\0" ZERO_ABI_MARKER;
  expect(whole(), ZERO_OK, "");
  expect(make(twice, sizeof twice, 0), ZERO_OK, "");
}

Test(object, a_note_behind_many_sections_is_found) {
  for (size_t fillers = 60; fillers < 70; fillers++) {
    expect(make(ZERO_ABI_MARKER, sizeof ZERO_ABI_MARKER, fillers), ZERO_OK,
           "");
    expect(make("0x0 ABI 0.2", 12, fillers), ZERO_E_MISMATCH, "0x0 ABI 0.2");
  }
}

Test(object, more_sections_than_the_header_counts_are_counted_in_the_first) {
  struct image image = make(ZERO_ABI_MARKER, sizeof ZERO_ABI_MARKER, 100);
  section_of(&image, 0)->sh_size = header_of(&image)->e_shnum;
  section_of(&image, 0)->sh_link = header_of(&image)->e_shstrndx;
  header_of(&image)->e_shnum = 0;
  header_of(&image)->e_shstrndx = SHN_XINDEX;
  cr_expect_eq(check(&image), ZERO_OK);
  section_of(&image, 0)->sh_size++;
  cr_expect_eq(check(&image), ZERO_E_FAILED);
  section_of(&image, 0)->sh_size = UINT64_MAX;
  cr_expect_eq(check(&image), ZERO_E_FAILED);
  section_of(&image, 0)->sh_size = UINT64_MAX / sizeof(Elf64_Shdr) + 2;
  expect(image, ZERO_E_FAILED, "section headers");
}

Test(object, this_program_carries_the_marker) {
  char message[256] = "";
  cr_expect_eq(zero_check_object("/proc/self/exe", message, sizeof message),
               ZERO_OK, "%s", message);
}

/* --- what is refused --- */

Test(object, another_marker_is_refused_with_both) {
  static const struct {
    const char *note;
    size_t size;
    const char *words;
  } rows[] = {
      {"0x0 ABI 0.2", 12, "'0x0 ABI 0.2'; this library is for '0x0 ABI 0.1'"},
      {"0x0 ABI 0.1", 11, "'0x0 ABI 0.1'; "}, /* without its NUL */
      {"0x0 ABI 0.10", 13, "'0x0 ABI 0.10'"},
      {"0x0 ABI 0.", 11, "'0x0 ABI 0.'"},
      {"", 0, "''"},
      {"", 1, "''"},
      {"0x0 ABI 0.1\0", 13, "''"},
      {"0x0 ABI 0.1\0" "0x0 ABI 0.2", 24, "'0x0 ABI 0.2'"},
      {"0x0 ABI 0.1\0" "0x0 ABI 0.1", 23, "'0x0 ABI 0.1'; "},
      {"\x1b[31m\xff", 7, "'?[31m?'"},
      {"\x1f !~\x7f", 5, "'? !~?'"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    expect(make(rows[i].note, rows[i].size, 0), ZERO_E_MISMATCH,
           rows[i].words);
  }
}

Test(object, one_bad_note_of_several_is_enough) {
  struct image image = make("0x0 ABI 0.1\0" "0x0 ABI 0.2", 24, 1);
  Elf64_Shdr *other = section_of(&image, 2);
  *other = *section_of(&image, 3);
  other->sh_size = 12;
  section_of(&image, 3)->sh_offset += 12;
  section_of(&image, 3)->sh_size = 12;
  expect(image, ZERO_E_MISMATCH, "0x0 ABI 0.2");
}

Test(object, an_object_without_the_note_is_refused) {
  struct image image = whole();
  section_of(&image, 2)->sh_name = NAME_OF_NAMES;
  cr_expect_eq(check(&image), ZERO_E_MISMATCH);
  section_of(&image, 2)->sh_name = NAME_OF_ANOTHER;
  cr_expect_eq(check(&image), ZERO_E_MISMATCH);
  section_of(&image, 2)->sh_name = NAME_OF_NOTE + 1;
  expect(image, ZERO_E_MISMATCH, "carries no marker");
  image = whole(); /* a name beyond the names is not among them */
  section_of(&image, 1)->sh_size--;
  expect(image, ZERO_E_MISMATCH, "carries no marker");
  image = whole();
  header_of(&image)->e_shoff = 0;
  expect(image, ZERO_E_MISMATCH, "carries no marker");
  image = whole();
  section_of(&image, 2)->sh_type = SHT_PROGBITS;
  expect(image, ZERO_E_MISMATCH, "is not a note");
}

Test(object, an_object_of_another_machine_is_refused) {
  static const struct {
    unsigned place; /* of e_ident */
    unsigned char byte;
    zero_status status;
    const char *words;
  } rows[] = {
      {EI_MAG3, 'G', ZERO_E_FAILED, "is not an ELF object"},
      {EI_CLASS, ELFCLASSNONE, ZERO_E_MISMATCH, "64-bit"},
      {EI_CLASS, ELFCLASS32, ZERO_E_MISMATCH, "64-bit"},
      {EI_CLASS, ELFCLASS64 + 1, ZERO_E_MISMATCH, "64-bit"},
      {EI_DATA, ELFDATANONE, ZERO_E_MISMATCH, "little-endian"},
      {EI_DATA, ELFDATA2MSB, ZERO_E_MISMATCH, "little-endian"},
      {EI_VERSION, EV_NONE, ZERO_E_FAILED, "version of ELF"},
      {EI_VERSION, EV_CURRENT + 1, ZERO_E_FAILED, "version of ELF"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct image image = whole();
    header_of(&image)->e_ident[rows[i].place] = rows[i].byte;
    expect(image, rows[i].status, rows[i].words);
  }
  struct image image = whole();
  header_of(&image)->e_machine = EM_SPARC;
  expect(image, ZERO_E_MISMATCH, "machine 2");
  for (Elf64_Word version = 0; version <= 2; version += 2) {
    image = whole();
    header_of(&image)->e_version = version;
    expect(image, ZERO_E_FAILED, "version of ELF");
  }
}

Test(object, what_points_outside_is_refused) {
  static const uint64_t far[] = {1 << 20, UINT64_MAX, UINT64_MAX - 11,
                                 UINT64_MAX - 63, INT64_MAX,
                                 UINT64_C(1) << 63};
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
    for (int j = 0; j < 5; j++) {
      struct image image = whole();
      uint64_t *places[] = {&header_of(&image)->e_shoff,
                            &section_of(&image, 1)->sh_offset,
                            &section_of(&image, 1)->sh_size,
                            &section_of(&image, 2)->sh_offset,
                            &section_of(&image, 2)->sh_size};
      *places[j] = far[i];
      expect(image, ZERO_E_FAILED, "is damaged or cut short");
    }
  }
  for (int j = 0; j < 6; j++) {
    struct image image = whole();
    if (j == 0) header_of(&image)->e_shstrndx = 3;
    if (j == 1) header_of(&image)->e_shstrndx = SHN_XINDEX;
    if (j == 2) header_of(&image)->e_shentsize = 63;
    if (j == 3) section_of(&image, 2)->sh_name = sizeof names;
    if (j == 4) header_of(&image)->e_shentsize = 72;
    if (j == 5) section_of(&image, 1)->sh_type = SHT_PROGBITS;
    expect(image, ZERO_E_FAILED, "is damaged or cut short");
  }
}

Test(object, what_ends_where_the_object_ends_lies_inside) {
  struct image image = whole();
  Elf64_Shdr *own_names = section_of(&image, 1);
  own_names->sh_size = image.size - own_names->sh_offset;
  cr_expect_eq(check(&image), ZERO_OK);
  own_names->sh_size++;
  expect(image, ZERO_E_FAILED, "the names of its sections");
  image = whole();
  section_of(&image, 2)->sh_offset = image.size;
  section_of(&image, 2)->sh_size = 0;
  expect(image, ZERO_E_MISMATCH, "carries the marker ''");
}

/* Each is in a place that the file has, but that the header does not
 * give to it. */
Test(object, only_a_section_that_is_counted_holds_the_names) {
  struct image image = whole();
  Elf64_Shdr own_names = *section_of(&image, 1);
  *section_of(&image, 0) = own_names;
  header_of(&image)->e_shstrndx = SHN_UNDEF;
  expect(image, ZERO_E_FAILED, "the names of its sections");
  image = whole();
  *section_of(&image, 1) = *section_of(&image, 2);
  *section_of(&image, 2) = own_names;
  header_of(&image)->e_shnum = 2;
  header_of(&image)->e_shstrndx = 2;
  expect(image, ZERO_E_FAILED, "the names of its sections");
}

/* A file that is cut short is not trusted, not even with another marker. */
Test(object, sections_are_counted_before_one_is_looked_at) {
  const uint64_t wrong[] = {1, UINT64_MAX / sizeof(Elf64_Shdr) + 1};
  for (size_t i = 0; i < 2; i++) {
    struct image image = make("0x0 ABI 0.2", 12, 100);
    *section_of(&image, 2) = *section_of(&image, image.count - 1);
    header_of(&image)->e_shnum = 0;
    section_of(&image, 0)->sh_size = image.count;
    cr_expect_eq(check(&image), ZERO_E_MISMATCH);
    section_of(&image, 0)->sh_size += wrong[i];
    expect(image, ZERO_E_FAILED, "its section headers");
  }
}

Test(object, every_truncation_is_refused) {
  struct image image = whole();
  for (size_t size = 0; size < image.size; size++) {
    unsigned char *cut = malloc(size > 0 ? size : 1);
    cr_assert_not_null(cut);
    memcpy(cut, image.bytes, size);
    expect((struct image){.bytes = cut, .size = size}, ZERO_E_FAILED,
           size < SELFMAG ? "is not an ELF object" : "is damaged or cut short");
  }
  free(image.bytes);
}

Test(object, a_few_bytes_that_begin_no_object_are_none) {
  static const char few[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3 + 1};
  char message[256] = "";
  cr_expect_eq(zero_check_object_bytes(few, sizeof few, message,
                                       sizeof message),
               ZERO_E_FAILED);
  cr_expect_str_eq(message, "the object is not an ELF object");
}

Test(object, an_archive_is_named_for_what_it_is) {
  static const char *const starts[] = {"!<arch>\n", "!<thin>\n",
                                       "!<arch>\nlib.o/          0"};
  char message[256] = "";
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    cr_expect_eq(zero_check_object_bytes(starts[i], strlen(starts[i]),
                                         message, sizeof message),
                 ZERO_E_FAILED);
    cr_expect_str_eq(message,
                     "the object is an archive, not an object; check each "
                     "object in it (ar x extracts them)");
  }
}

/* Where the marker is nothing may differ. Elsewhere a change may be of
 * what nothing reads: then the marker is still there. */
static bool holds_marker(const struct image *image) {
  return memmem(image->bytes, image->size, ZERO_ABI_MARKER,
                sizeof ZERO_ABI_MARKER) != NULL;
}

Test(object, every_change_of_a_byte_is_refused_or_leaves_the_marker) {
  struct image image = whole();
  unsigned taken = 0, refused = 0;
  for (size_t at = 0; at < image.size; at++) {
    unsigned char before = image.bytes[at];
    bool in_note = at >= NOTE_OFFSET &&
                   at < NOTE_OFFSET + sizeof ZERO_ABI_MARKER;
    for (unsigned change = 1; change < 256; change++) {
      image.bytes[at] = (unsigned char)(before ^ change);
      bool good = check(&image) == ZERO_OK;
      cr_assert(!good || (!in_note && holds_marker(&image)),
                "byte %zu is 0x%02x", at, image.bytes[at]);
      taken += good;
      refused += !good;
    }
    image.bytes[at] = before;
  }
  cr_expect(taken > 0 && refused > 0);
  free(image.bytes);
}

Test(object, random_damage_is_refused_or_leaves_the_marker) {
  enum { ROUNDS = 20000 };
  struct zero_random random;
  zero_random_init(&random, "damaged objects");
  for (int i = 0; i < ROUNDS; i++) {
    struct image image = make(ZERO_ABI_MARKER, sizeof ZERO_ABI_MARKER,
                              (size_t)zero_random_below(&random, 70));
    uint64_t damages = 1 + zero_random_below(&random, 8);
    char message[512];
    memset(message, '#', sizeof message);
    while (damages-- > 0) {
      size_t at = (size_t)zero_random_below(&random, image.size);
      image.bytes[at] = (unsigned char)zero_random_next(&random);
    }
    size_t room = (size_t)zero_random_below(&random, 80 + 1);
    zero_status status =
        zero_check_object_bytes(image.bytes, image.size, message, room);
    cr_assert(status != ZERO_OK || holds_marker(&image));
    cr_assert(status == ZERO_OK || room == 0 ||
              memchr(message, '\0', room) != NULL);
    for (size_t at = room; at < sizeof message; at++) {
      cr_assert_eq(message[at], '#', "byte %zu of %zu", at, room);
    }
    free(image.bytes);
  }
}

/* --- reads that go wrong --- */

enum spoiling { WELL, BROKEN, AT_THE_END, INTERRUPTED };

/* pread of these tests, instead of the C library's: the read with `before`
 * others before it ends as `how` says, and none gives more than `most`. */
static struct {
  enum spoiling how;
  unsigned before;
  size_t most;
  bool inherited; /* a process started now would have the file too */
} reads = {.most = SIZE_MAX};

ssize_t pread(int file, void *bytes, size_t size, off_t offset) {
  if ((fcntl(file, F_GETFD) & FD_CLOEXEC) == 0) reads.inherited = true;
  if (reads.how != WELL && reads.before-- == 0) {
    bool at_the_end = reads.how == AT_THE_END;
    errno = reads.how == BROKEN ? EIO : EINTR;
    reads.how = WELL;
    return at_the_end ? 0 : -1;
  }
  if (size > reads.most) size = reads.most;
  return syscall(SYS_pread64, file, bytes, size, offset);
}

/* An object with two notes, in memory; its name in `path`. */
static void open_image(char path[64]) {
  struct image image = make(ZERO_ABI_MARKER, sizeof ZERO_ABI_MARKER, 70);
  *section_of(&image, image.count - 2) = *section_of(&image, image.count - 1);
  int file = memfd_create("object", MFD_CLOEXEC);
  cr_assert_geq(file, 0);
  cr_assert_eq(write(file, image.bytes, image.size), (ssize_t)image.size);
  snprintf(path, 64, "/proc/self/fd/%d", file);
  free(image.bytes);
}

/* Spoils each read of a file in turn; returns how many there are. */
static unsigned spoil_each(enum spoiling how, zero_status status,
                           const char *words) {
  char path[64];
  unsigned before = 0;
  open_image(path);
  for (;; before++) {
    char message[256] = "";
    reads.how = how;
    reads.before = before;
    zero_status got = zero_check_object(path, message, sizeof message);
    bool spoiled = reads.how == WELL;
    cr_assert_eq(got, spoiled ? status : ZERO_OK, "read %u: %s", before,
                 message);
    if (!spoiled) return before;
    cr_assert_not_null(strstr(message, words), "read %u: %s", before,
                       message);
  }
}

Test(object, a_read_that_fails_is_never_taken_for_the_marker) {
  cr_expect_gt(spoil_each(BROKEN, ZERO_E_FAILED,
                          "cannot be read: Input/output error"), 70);
  cr_expect_gt(spoil_each(AT_THE_END, ZERO_E_FAILED,
                          "it became shorter while read"), 70);
}

Test(object, a_read_that_is_interrupted_or_short_goes_on) {
  char path[64], message[256] = "";
  cr_expect_gt(spoil_each(INTERRUPTED, ZERO_OK, ""), 70);
  open_image(path);
  reads.most = 5;
  cr_expect_eq(zero_check_object(path, message, sizeof message), ZERO_OK,
               "%s", message);
  cr_expect_not(reads.inherited);
}

/* --- files --- */

static void write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  cr_assert_eq(fwrite(bytes, 1, size, file), size);
  cr_assert_eq(fclose(file), 0);
}

static void expect_file(const char *path, zero_status status,
                        const char *words) {
  char message[512] = "";
  cr_expect_eq(zero_check_object(path, message, sizeof message), status,
               "%s", message);
  cr_expect_not_null(strstr(message, words), "'%s' is not in: %s", words,
                     message);
  cr_expect_eq(zero_check_object(path, NULL, 0), status);
}

Test(object, files_are_read_as_bytes_are) {
  char folder[] = "/tmp/zero-object-XXXXXX";
  struct image image = make(ZERO_ABI_MARKER, sizeof ZERO_ABI_MARKER, 70);
  struct image other = make("0x0 ABI 0.2", 12, 0);
  cr_assert_not_null(mkdtemp(folder));
  cr_assert_eq(chdir(folder), 0);
  write_file("good.o", image.bytes, image.size);
  write_file("cut.o", image.bytes, image.size - 1);
  write_file("other.o", other.bytes, other.size);
  write_file("empty.o", "", 0);
  write_file("text.o", "int main(void);", 15);
  cr_assert_eq(mkfifo("pipe.o", 0600), 0);
  expect_file("good.o", ZERO_OK, "");
  expect_file("cut.o", ZERO_E_FAILED, "cut.o is damaged or cut short");
  expect_file("other.o", ZERO_E_MISMATCH, "other.o carries the marker '0x0 A");
  expect_file("empty.o", ZERO_E_FAILED, "empty.o is not an ELF object");
  expect_file("text.o", ZERO_E_FAILED, "text.o is not an ELF object");
  expect_file("pipe.o", ZERO_E_FAILED, "not a regular file");
  expect_file(".", ZERO_E_FAILED, "not a regular file");
  expect_file("none.o", ZERO_E_FAILED, "No such file");
  expect_file(NULL, ZERO_E_USAGE, "NULL");
  cr_expect_eq(zero_check_object("text.o", NULL, 80), ZERO_E_FAILED);
  cr_expect_eq(zero_check_object_bytes(NULL, 1, NULL, 0), ZERO_E_USAGE);
  cr_expect_eq(zero_check_object_bytes(NULL, 0, NULL, 0), ZERO_E_FAILED);
  static const char *const files[] = {"good.o", "cut.o", "other.o",
                                      "empty.o", "text.o", "pipe.o"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    cr_expect_eq(unlink(files[i]), 0);
  }
  cr_expect_eq(rmdir(folder), 0);
  free(other.bytes);
  free(image.bytes);
}

Test(object, a_long_path_leaves_room_for_the_reason) {
  char path[400], message[256] = "";
  memset(path, '/', sizeof path);
  memcpy(path + sizeof path - 5, "none", 5);
  cr_expect_eq(zero_check_object(path, message, sizeof message),
               ZERO_E_FAILED);
  cr_expect_not_null(strstr(message, "/ cannot be read: No such file"), "%s",
                     message);
}

Test(object, a_check_leaves_no_file_open) {
  int before = open("/dev/null", O_RDONLY | O_CLOEXEC);
  cr_assert_geq(before, 0);
  close(before);
  for (int i = 0; i < 50; i++) {
    cr_expect_eq(zero_check_object("/proc/self/exe", NULL, 0), ZERO_OK);
    cr_expect_eq(zero_check_object("/dev/null", NULL, 0), ZERO_E_FAILED);
  }
  int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
  cr_expect_eq(after, before);
  close(after);
}
