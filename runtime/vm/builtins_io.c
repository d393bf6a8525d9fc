/* builtins_io.c - print, read and the ways to fail.
 *
 * The output of one call is gathered, so that a short line reaches the host in
 * one piece. Input comes from the host in blocks and is handed out line by
 * line. */
#include "vm/builtins.h"

#include "layout/layout.h"
#include "value/print.h"
#include "value/text.h"

enum {
  GATHERED = 1024,    /* bytes kept before they go to the host */
  INPUT_ROOM = 4096,  /* first size of the input buffer */
};

struct gatherer {
  zero_vm *vm;
  size_t size;
  char bytes[GATHERED];
};

static void flush(struct gatherer *out) {
  zero__charge_bytes(out->vm, out->size);
  zero__write(out->vm, out->bytes, out->size);
  out->size = 0;
}

static void gather(void *context, const char *bytes, size_t size) {
  struct gatherer *out = context;
  while (size > 0) {
    if (out->size == GATHERED) flush(out);
    size_t room = GATHERED - out->size;
    size_t part = size < room ? size : room;
    memcpy(out->bytes + out->size, bytes, part);
    out->size += part;
    bytes += part;
    size -= part;
  }
}

static void show(struct gatherer *out, zero_value v) {
  if (zero__is_text(v)) {
    gather(out, zero__text_bytes(v), zero__text_size(v));
  } else {
    zero__print(&out->vm->heap, v, gather, out);
  }
}

ZERO_BUILTIN(print) {
  struct gatherer out = {.vm = vm, .size = 0};
  for (unsigned i = 0; i < count; i++) {
    if (i > 0) gather(&out, " ", 1);
    show(&out, args[i]);
  }
  gather(&out, "\n", 1);
  flush(&out);
  return ZERO_UNIT;
}

ZERO_BUILTIN(write) {
  struct gatherer out = {.vm = vm, .size = 0};
  show(&out, args[0]);
  flush(&out);
  return ZERO_UNIT;
}

/* Makes room after the input read so far: moves it to the front, and doubles
 * the buffer if it is full. */
static void make_room(zero_vm *vm) {
  size_t kept = vm->input_end - vm->input_start;
  char *buffer = vm->input_buffer;
  if (kept == vm->input_room) {
    if (kept > ZERO_TEXT_MAX) {
      zero__raise(&vm->heap, ZERO_CODE_TEXT_TOO_LONG,
                  "read-line: the line is longer than a text can be");
    }
    size_t room = kept == 0 ? INPUT_ROOM : kept * 2;
    buffer = zero__alloc(&vm->heap, ZERO_LEAF, room);
    vm->input_room = room;
  }
  if (kept > 0) memmove(buffer, vm->input_buffer + vm->input_start, kept);
  vm->input_buffer = buffer;
  vm->input_start = 0;
  vm->input_end = kept;
}

/* Reads another block. Returns false at the end of the input. What the host has
 * read is kept even if the call is stopped: the next one finds it. */
static bool read_block(zero_vm *vm) {
  if (vm->input == NULL) return false;
  if (vm->input_end == vm->input_room) make_room(vm);
  size_t room = vm->input_room - vm->input_end;
  zero__show(vm);
  long got = vm->input(vm->input_context, vm->input_buffer + vm->input_end,
                       room);
  bool good = got >= 0 && (size_t)got <= room;
  if (good) vm->input_end += (size_t)got;
  zero__obey(vm);
  if (!good) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
                "read-line: the input could not be read");
  }
  zero__charge_bytes(vm, (uint64_t)got);
  return got > 0;
}

/* Reads until the buffer holds a whole line. Returns its bytes without the end
 * of line, and in *next how many bytes to remove with it; false if the input
 * has ended and nothing is left. */
static bool find_line(zero_vm *vm, size_t *size, size_t *next) {
  size_t looked = 0;
  for (;;) {
    size_t kept = vm->input_end - vm->input_start;
    if (kept > looked) {
      const char *line = vm->input_buffer + vm->input_start;
      const char *end = memchr(line + looked, '\n', kept - looked);
      if (end != NULL) {
        *size = (size_t)(end - line);
        *next = *size + 1;
        return true;
      }
    }
    looked = kept;
    if (!read_block(vm)) {
      *size = *next = kept;
      return kept > 0;
    }
  }
}

/* A line that is not a text is taken away too, so that the next call continues
 * after it. */
ZERO_BUILTIN(read_line) {
  size_t size, next, bad;
  if (!find_line(vm, &size, &next)) return zero__none(vm);
  const char *line = vm->input_buffer + vm->input_start;
  vm->input_start += next;
  zero_value text = zero__text_checked(&vm->heap, line, size, &bad);
  if (zero_is_none(text)) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_NOT_TEXT,
                "read-line: byte %zu of the line is not UTF-8", bad);
  }
  return zero__some(vm, text);
}

ZERO_BUILTIN(raise) {
  zero_value fields[] = {
      zero__want_text(vm, args, 0),
      zero__want_text(vm, args, 1),
      zero__text_of(&vm->heap, ""), /* no capability was missing */
      zero__want_map(vm, args, 2),
  };
  const struct zero_family *family =
      zero__family_by_tag(ZERO_FAMILY_RUNTIME_ERROR);
  zero__raise_value(
      vm, zero__layout_new(&vm->heap, &family->variants[0], fields));
}

/* Reads no more of the text than the fault can hold. */
ZERO_BUILTIN(panic) {
  zero__raise(&vm->heap, ZERO_CODE_PANIC, "%.*s", ZERO_FAULT_MESSAGE,
              zero__text_bytes(zero__want_text(vm, args, 0)));
}

ZERO_BUILTIN(exit) {
  int64_t status = zero__want_i64(vm, args, 0);
  if (status < 0 || status > UINT8_MAX) {
    zero__raise_type(vm, args, 0, "a status from 0 to 255");
  }
  vm->exit_status = (int)status;
  zero__raise(&vm->heap, ZERO_CODE_EXIT, "the program ended with status %d",
              vm->exit_status);
}
