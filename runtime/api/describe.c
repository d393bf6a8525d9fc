/* describe.c - what the library, its tables and values say of themselves.
 *
 * A note section of its own holds the marker of the object ABI, so that a
 * toolchain can refuse an object of another ABI without running it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compile/code.h"
#include "facts/facts.h"
#include "layout/object.h"
#include "value/record.h"
#include "zero.h"

__asm__(".pushsection .note.0x0.abi,\"a\",@note\n"
        ".globl zero__abi_note\n"
        ".hidden zero__abi_note\n"
        "zero__abi_note:\n"
        ".asciz \"" ZERO_ABI_MARKER "\"\n"
        ".popsection\n");

/* Read from the note itself: what zero_abi_marker returns is what the file
 * says, and a program that asks for it links the note. */
extern const char zero__abi_note[];

const char *zero_abi_marker(void) {
  return zero__abi_note;
}

static const zero_status verdicts[] = {
    [ZERO_OBJECT_GOOD] = ZERO_OK,
    [ZERO_OBJECT_BROKEN] = ZERO_E_FAILED,
    [ZERO_OBJECT_OTHER] = ZERO_E_MISMATCH,
    [ZERO_OBJECT_MISUSE] = ZERO_E_USAGE,
};

zero_status zero_check_object(const char *path, char *message,
                              size_t message_room) {
  return verdicts[zero__object_file(path, message, message_room)];
}

zero_status zero_check_object_bytes(const void *bytes, size_t size,
                                    char *message, size_t message_room) {
  return verdicts[zero__object_bytes(bytes, size, message, message_room)];
}

const char *zero_version(void) {
  return ZERO_PROJECT_VERSION;
}

int zero_layout_version(void) {
  return ZERO_LAYOUT_VERSION;
}

const char *zero_shape_hash(void) {
  return ZERO_SHAPE_HASH;
}

const char *zero_type_name(zero_value value) {
  return zero_is_none(value) ? "no value" : zero__type_name(value);
}

int zero_arity(zero_value value) {
  if (zero_is_none(value) || !zero__is_function(value)) return -1;
  return (int)zero__code_params(zero__code_of(value));
}

int zero_variant_name(zero_value value, const char **name) {
  bool good = !zero_is_none(value) && zero__is_packed(value);
  if (name != NULL) *name = good ? zero__variant_of(value)->name : NULL;
  return good;
}

size_t zero_family_count(void) {
  return zero__family_count;
}

const char *zero_family_name(size_t index) {
  return index < zero__family_count ? zero__families[index].name : NULL;
}

const char *zero_table(const char *name) {
  for (unsigned i = 0; name != NULL && i < zero__table_count; i++) {
    if (strcmp(zero__tables[i].name, name) == 0) return zero__tables[i].text;
  }
  return NULL;
}

/* Where text goes. */
struct page {
  zero_output *output;
  void *context;
};

static ZERO_PRINTF(2, 3) void write(const struct page *page,
                                    const char *format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  size_t most = sizeof line - 1;
  page->output(page->context, line, (size_t)size < most ? (size_t)size : most);
}

static void write_family(const struct page *page,
                         const struct zero_family *family) {
  write(page, "%s\n  tag        %u\n  version    %u\n  layout     %s\n",
        family->name, family->tag, family->abi_version, family->layout);
  write(page, "  ownership  %s\n  error      %s\n  status     %s\n",
        family->ownership, family->error, family->status);
  for (unsigned i = 0; i < zero__shape_count; i++) {
    /* A v0.1 list, and what it is read as where that is not plain. */
    const struct zero_shape *shape = &zero__shapes[i];
    const struct zero_variant *wrap = shape->wrap;
    if (shape->variant->family != family) continue;
    write(page, "  v0.1       (list \"%s\"", shape->head);
    for (unsigned f = 0; f < shape->count; f++) {
      const struct zero_variant *named = wrap != NULL ? wrap : shape->variant;
      write(page, " %s", named->fields[f].name);
    }
    write(page, ")");
    if (wrap != NULL) {
      write(page, ", read as %s of a %s", shape->variant->name,
            wrap->family->name);
    }
    write(page, "\n");
  }
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct zero_variant *variant = &family->variants[i];
    write(page, "  %s\n", variant->name);
    for (unsigned f = 0; f < variant->field_count; f++) {
      const struct zero_field *field = &variant->fields[f];
      write(page, "    %s: %s", field->name, field->type->text);
      for (unsigned s = 0; s < field->state_count; s++) {
        write(page, "%s%s", s == 0 ? ", one of " : " ", field->states[s].word);
      }
      write(page, "\n");
      if (*field->doc != '\0') write(page, "      %s\n", field->doc);
    }
  }
}

int zero_layout_text(const char *name, zero_output *output,
                     void *output_context, const char **nearest) {
  const struct page page = {output, output_context};
  if (nearest != NULL) *nearest = NULL;
  if (output == NULL) return 0;
  if (name != NULL) {
    const struct zero_family *family = zero__family_by_name(name);
    if (family != NULL) {
      write_family(&page, family);
    } else if (nearest != NULL) {
      *nearest = zero__nearest(name, zero__families, zero__family_count,
                               sizeof *zero__families);
    }
    return family != NULL;
  }
  write(&page, "%3s  %-17s %-9s %s\n", "tag", "family", "ownership", "layout");
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_family *family = &zero__families[i];
    write(&page, "%3u  %-17s %-9s %s\n", family->tag, family->name,
          family->ownership, family->layout);
  }
  return 1;
}
