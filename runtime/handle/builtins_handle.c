/* builtins_handle.c - what every sort of handle can do.
 *
 * Lending, giving and closing are about the name, and need nothing but `io`:
 * nobody is kept from closing what he owns. Reading and writing need the
 * capability of the handle, at the moment they are asked for. */
#include <errno.h>
#include <inttypes.h>

#include "handle/name.h"
#include "handle/wait.h"
#include "value/bytes.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  READ_MAX = 1 << 20,  /* bytes that one read takes at most */
  BLOCK = 1 << 16,     /* bytes written between two looks at the limits */
};

static struct zero_handle *resolve(zero_vm *vm, zero_value v) {
  zero__handle_want(vm, v);
  return zero__name_resolve(vm, v, zero__builtin_name(vm));
}

/* --- the name ------------------------------------------------------------ */

/* The loan ends however the function ends: nothing in between can raise. */
ZERO_BUILTIN(handle_with) {
  struct zero_handle *h = resolve(vm, args[0]);
  zero__name_hold(vm, h, args[0], zero__builtin_name(vm));
  if (!zero__is_function(args[1])) zero__raise_type(vm, args, 1, "Function");
  zero_value lent = zero__name_lend(vm, h, args[0]);
  zero_value result = ZERO_UNIT;
  int code = zero__vm_try_call(vm, &result, args[1], &lent, 1);
  zero__name_take_back(vm, lent);
  if (code != 0) zero__raise_again(&vm->heap);
  return result;
}

ZERO_BUILTIN(handle_give) {
  struct zero_handle *h = resolve(vm, args[0]);
  zero__name_own(vm, h, args[0], zero__builtin_name(vm));
  return zero__name_anew(vm, h, args[0]);
}

ZERO_BUILTIN(handle_close) {
  struct zero_handle *h = resolve(vm, args[0]);
  zero__name_own(vm, h, args[0], zero__builtin_name(vm));
  const struct zero_handle_kind *kind = h->kind;
  int error = zero__handle_end(vm, h);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__host_error(vm, error, kind->capability, "handle-close: %s",
                          kind->name);
}

/* --- the thing ----------------------------------------------------------- */

ZERO_NORETURN static void raise_unable(zero_vm *vm,
                                       const struct zero_handle *h,
                                       const char *what) {
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH, "%s: a %s cannot be %s",
              zero__builtin_name(vm), h->kind->name, what);
}

/* Waits where a try was too early. Returns whether to try again. */
static bool is_early(zero_vm *vm, const struct zero_handle *h, short events) {
  if (errno == EINTR) {
    zero__poll(vm);
    return true;
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  return zero__wait_for(vm, h->file, events, -1) > 0;
}

static zero_value failed(zero_vm *vm, const struct zero_handle *h,
                         int error) {
  return zero__host_error(vm, error, h->kind->capability, "%s: %s",
                          zero__builtin_name(vm), h->kind->name);
}

size_t zero__want_room(zero_vm *vm, zero_value *args, unsigned index) {
  int64_t most = zero__want_i64(vm, args, index);
  if (most < 1) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "%s: at least 1 byte must be asked for, found %" PRId64,
                zero__builtin_name(vm), most);
  }
  return most < READ_MAX ? (size_t)most : READ_MAX;
}

ZERO_BUILTIN(handle_read) {
  struct zero_handle *h = zero__handle_use(vm, args[0], NULL);
  size_t room = zero__want_room(vm, args, 1);
  if (h->kind->read == NULL) raise_unable(vm, h, "read");
  char *buffer = zero__handles_buffer(vm, room);
  ssize_t got;
  do {
    got = h->kind->read(h, buffer, room);
  } while (got < 0 && is_early(vm, h, POLLIN));
  if (got < 0) return failed(vm, h, errno);
  zero__charge_bytes(vm, (uint64_t)got);
  return zero__host_ok(vm, zero__bytes_new(&vm->heap, buffer, (size_t)got));
}

const char *zero__want_data(zero_vm *vm, const zero_value *args,
                            unsigned index, size_t *size) {
  if (zero__is_text(args[index])) {
    *size = zero__text_size(args[index]);
    return zero__text_bytes(args[index]);
  }
  if (!zero__is_kind(args[index], ZERO_KIND_BYTES)) {
    zero__raise_type(vm, args, index, "Text or Bytes");
  }
  *size = zero__bytes(args[index])->size;
  return (const char *)zero__bytes(args[index])->data;
}

ZERO_BUILTIN(handle_write) {
  struct zero_handle *h = zero__handle_use(vm, args[0], NULL);
  size_t size;
  const char *data = zero__want_data(vm, args, 1, &size);
  if (h->kind->write == NULL) raise_unable(vm, h, "written to");
  zero__charge_bytes(vm, size);
  for (size_t done = 0; done < size;) {
    size_t part = size - done < BLOCK ? size - done : BLOCK;
    ssize_t put = h->kind->write(h, data + done, part);
    if (put < 0 && is_early(vm, h, POLLOUT)) continue;
    if (put < 0) {
      return zero__host_error(vm, errno, h->kind->capability,
                              "%s: %s, after %zu of %zu bytes",
                              zero__builtin_name(vm), h->kind->name, done,
                              size);
    }
    done += (size_t)put;
    if (done < size) zero__poll(vm);
  }
  return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)size));
}
