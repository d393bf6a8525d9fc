/* object.c - reads the marker of an ELF object, and refuses a wrong one.
 *
 * Nothing in a file is trusted: each offset, size and index is compared with
 * the size of the file before it is used, and one section header is held at a
 * time. Only section headers and what they name are read.
 *
 * The note is the marker and its NUL and nothing else. A linker that joins
 * objects joins their notes, so there may be several; all must be the same. */
#include "layout/object.h"

#include <ar.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sentence.h"
#include "zero/gen/families.h"

#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { OWN_MACHINE = EM_AARCH64 };
#else
#error "which ELF machine is this?"
#endif

enum { NAME_SHOWN = 200 /* bytes of a path in a sentence */ };

static const char note_name[] = ".note.0x0.abi";

/* An open file, or bytes. The first refusal is the verdict: functions that may
 * refuse return false when they did, and their callers do too. */
struct object {
  const char *name;
  int file;                   /* -1: it is bytes */
  const unsigned char *bytes;
  uint64_t size;
  char *message;              /* where the sentence goes */
  size_t room;
  enum zero_object_verdict verdict;
  uint64_t sections;          /* where their headers are */
  uint64_t count;             /* of sections */
  Elf64_Shdr names;           /* the section of their names */
};

ZERO_PRINTF(3, 4) static bool refuse(struct object *object,
                                     enum zero_object_verdict verdict,
                                     const char *format, ...) {
  object->verdict = verdict;
  if (object->message == NULL || object->room == 0) return false;
  zero__sentence(object->message, object->room, "%.*s ", NAME_SHOWN,
                 object->name);
  size_t size = strlen(object->message);
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(object->message + size, object->room - size, format,
                    arguments);
  va_end(arguments);
  return false;
}

static bool refuse_errno(struct object *object) {
  return refuse(object, ZERO_OBJECT_BROKEN, "cannot be read: %s",
                zero__host_reason(errno));
}

static bool damaged(struct object *object, const char *what) {
  return refuse(object, ZERO_OBJECT_BROKEN, "is damaged or cut short: %s",
                what);
}

static bool no_marker(struct object *object) {
  return refuse(object, ZERO_OBJECT_OTHER,
                "carries no marker; this library is for '%s'",
                ZERO_ABI_MARKER);
}

/* --- reading ------------------------------------------------------------- */

static bool lies_inside(const struct object *object, uint64_t offset,
                        uint64_t size) {
  return offset <= object->size && size <= object->size - offset;
}

/* Copies `size` bytes from `offset`; if they are missing, the refusal calls
 * them `what`. */
static bool read_at(struct object *object, uint64_t offset, void *to,
                    size_t size, const char *what) {
  if (!lies_inside(object, offset, size)) return damaged(object, what);
  if (object->file < 0) {
    if (size > 0) memcpy(to, object->bytes + offset, size);
    return true;
  }
  for (size_t done = 0; done < size;) {
    ssize_t count = pread(object->file, (char *)to + done, size - done,
                          (off_t)(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refuse_errno(object);
    if (count == 0) return damaged(object, "it became shorter while read");
    done += (size_t)count;
  }
  return true;
}

/* --- the header ---------------------------------------------------------- */

/* A file that is not an ELF object may be shorter than a header, so its first
 * bytes are read before the header. */
static bool read_header(struct object *object, Elf64_Ehdr *header) {
  unsigned char start[SARMAG] = {0};
  size_t size =
      object->size < sizeof start ? (size_t)object->size : sizeof start;
  if (!read_at(object, 0, start, size, "its start")) return false;
  if (memcmp(start, ARMAG, SARMAG) == 0 ||
      memcmp(start, "!<thin>\n", SARMAG) == 0) {
    return refuse(object, ZERO_OBJECT_BROKEN,
                  "is an archive, not an object; check each object in it "
                  "(ar x extracts them)");
  }
  if (memcmp(start, ELFMAG, SELFMAG) != 0) {
    return refuse(object, ZERO_OBJECT_BROKEN, "is not an ELF object");
  }
  if (!read_at(object, 0, header, sizeof *header, "its header")) return false;
  if (header->e_ident[EI_CLASS] != ELFCLASS64) {
    return refuse(object, ZERO_OBJECT_OTHER, "is not a 64-bit object");
  }
  if (header->e_ident[EI_DATA] != ELFDATA2LSB) {
    return refuse(object, ZERO_OBJECT_OTHER, "is not a little-endian object");
  }
  if (header->e_machine != OWN_MACHINE) {
    return refuse(object, ZERO_OBJECT_OTHER,
                  "is for the ELF machine %u; this library is for %d",
                  (unsigned)header->e_machine, OWN_MACHINE);
  }
  if (header->e_ident[EI_VERSION] == EV_CURRENT &&
      header->e_version == EV_CURRENT) {
    return true;
  }
  return refuse(object, ZERO_OBJECT_BROKEN, "has an unknown version of ELF");
}

static bool read_section(struct object *object, uint64_t index,
                         Elf64_Shdr *section) {
  return read_at(object, object->sections + index * sizeof *section, section,
                 sizeof *section, "its section headers");
}

/* More sections than the header has numbers for are counted in the first. */
static bool find_sections(struct object *object) {
  Elf64_Ehdr header;
  Elf64_Shdr first;
  if (!read_header(object, &header)) return false;
  if (header.e_shoff == 0) return no_marker(object);
  if (header.e_shentsize != sizeof first) {
    return damaged(object, "the size of a section header");
  }
  object->sections = header.e_shoff;
  if (!read_section(object, 0, &first)) return false;
  object->count = header.e_shnum != 0 ? header.e_shnum : first.sh_size;
  uint64_t names = header.e_shstrndx != SHN_XINDEX ? header.e_shstrndx
                                                   : first.sh_link;
  if (object->count > (object->size - header.e_shoff) / sizeof first) {
    return damaged(object, "its section headers");
  }
  if (names == SHN_UNDEF || names >= object->count) {
    return damaged(object, "the names of its sections");
  }
  const Elf64_Shdr *section = &object->names;
  if (!read_section(object, names, &object->names)) return false;
  if (section->sh_type != SHT_STRTAB ||
      !lies_inside(object, section->sh_offset, section->sh_size)) {
    return damaged(object, "the names of its sections");
  }
  return true;
}

/* --- the note ------------------------------------------------------------ */

/* Shows the contents of a note, with other than plain characters replaced. */
static bool other_marker(struct object *object, const unsigned char *found,
                         size_t size) {
  char shown[sizeof ZERO_ABI_MARKER * 2];
  size_t length = 0;
  while (length < size && length + 1 < sizeof shown && found[length] != 0) {
    unsigned char c = found[length];
    shown[length++] = (char)(c >= ' ' && c <= '~' ? c : '?');
  }
  shown[length] = '\0';
  return refuse(object, ZERO_OBJECT_OTHER,
                "carries the marker '%s'; this library is for '%s'", shown,
                ZERO_ABI_MARKER);
}

static bool check_note(struct object *object, const Elf64_Shdr *section) {
  unsigned char found[sizeof ZERO_ABI_MARKER];
  if (section->sh_type != SHT_NOTE) {
    return refuse(object, ZERO_OBJECT_OTHER,
                  "has a section %s that is not a note", note_name);
  }
  if (!lies_inside(object, section->sh_offset, section->sh_size)) {
    return damaged(object, "the note of its marker");
  }
  uint64_t at = 0;
  do {
    uint64_t left = section->sh_size - at;
    size_t size = left < sizeof found ? (size_t)left : sizeof found;
    if (!read_at(object, section->sh_offset + at, found, size,
                 "the note of its marker")) {
      return false;
    }
    if (size < sizeof found || memcmp(found, ZERO_ABI_MARKER, size) != 0) {
      return other_marker(object, found, size);
    }
    at += size;
  } while (at < section->sh_size);
  return true;
}

/* Sets *named if the section is the note. */
static bool look_at_name(struct object *object, const Elf64_Shdr *section,
                         bool *named) {
  static const char what[] = "the name of a section";
  char name[sizeof note_name];
  uint64_t room = object->names.sh_size;
  uint64_t at = object->names.sh_offset + section->sh_name;
  if (section->sh_name >= room) return damaged(object, what);
  if (room - section->sh_name < sizeof name) return true;
  if (!read_at(object, at, name, sizeof name, what)) return false;
  *named = memcmp(name, note_name, sizeof name) == 0;
  return true;
}

static void judge(struct object *object) {
  Elf64_Shdr section;
  bool noted = false;
  if (!find_sections(object)) return;
  for (uint64_t i = 0; i < object->count; i++) {
    bool named = false;
    if (!read_section(object, i, &section)) return;
    if (!look_at_name(object, &section, &named)) return;
    if (named && !check_note(object, &section)) return;
    noted = noted || named;
  }
  if (!noted) no_marker(object);
}

/* --- the public functions ------------------------------------------------ */

enum zero_object_verdict zero__object_bytes(const void *bytes, size_t size,
                                            char *message,
                                            size_t message_room) {
  struct object object = {.name = "the object", .file = -1, .bytes = bytes,
                          .size = size, .message = message,
                          .room = message_room};
  if (bytes == NULL && size > 0) {
    refuse(&object, ZERO_OBJECT_MISUSE, "is NULL");
  } else if (size > ZERO_ADDRESSES) {
    refuse(&object, ZERO_OBJECT_MISUSE, "is too large for memory");
  } else {
    judge(&object);
  }
  return object.verdict;
}

enum zero_object_verdict zero__object_file(const char *path, char *message,
                                           size_t message_room) {
  struct object object = {
      .name = path, .file = -1, .message = message, .room = message_room};
  struct stat facts;
  if (path == NULL) {
    object.name = "the path";
    refuse(&object, ZERO_OBJECT_MISUSE, "is NULL");
    return object.verdict;
  }
  do { /* without waiting for the other end of a pipe */
    object.file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (object.file < 0 && errno == EINTR);
  if (object.file < 0 || fstat(object.file, &facts) != 0) {
    refuse_errno(&object);
  } else if (!S_ISREG(facts.st_mode)) {
    refuse(&object, ZERO_OBJECT_BROKEN, "is not a regular file");
  } else {
    object.size = (uint64_t)facts.st_size;
    judge(&object);
  }
  if (object.file >= 0) close(object.file);
  return object.verdict;
}
