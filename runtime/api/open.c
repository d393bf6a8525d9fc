/* open.c - opening and closing a VM. */
#include <gc/gc.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/session.h"
#include "base/sentence.h"
#include "base/stack.h"
#include "compile/library.h"
#include "handle/handle.h"
#include "handle/file.h"
#include "handle/wait.h"
#include "value/list.h"
#include "value/record.h"
#include "value/text.h"

enum { SLOTS_LOG2_MAX = 40 }; /* more could not be mapped anywhere */

zero_options zero_options_default(void) {
  return (zero_options){.loader = zero_file_loader};
}

/* A VM that is being opened, and the buffer for a sentence to the host. */
struct opening {
  const zero_options *options;
  char *message; /* NULL: nowhere */
  size_t room;
  uint32_t granted;
  struct zero_session *session;
  zero_status status;
};

/* Says why the VM is not opened; returns `status`. */
static ZERO_PRINTF(3, 4) zero_status refuse(struct opening *opening,
                                            zero_status status,
                                            const char *format, ...) {
  opening->status = status;
  if (opening->message == NULL || opening->room == 0) return status;
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(opening->message, opening->room, format, arguments);
  va_end(arguments);
  return status;
}

const char *zero__capability_words(const char *words, uint32_t *bits) {
  const char *const separators = ", \t";
  while (*(words += strspn(words, separators)) != '\0') {
    size_t size = strcspn(words, separators);
    const struct zero_capability *capability =
        zero__capability_by_name(words, size);
    if (capability == NULL) return words;
    *bits |= capability->bits;
    words += size;
  }
  return NULL;
}

/* A host of other tables would misread values, so it gets none. */
static zero_status compare(struct opening *opening, const zero_host *host) {
  if (host == NULL || host->abi_marker == NULL || host->shape_hash == NULL) {
    return refuse(opening, ZERO_E_USAGE,
                  "the host does not say what it was compiled with");
  }
  if (host->layout_version == ZERO_LAYOUT_VERSION &&
      strcmp(host->abi_marker, zero_abi_marker()) == 0 &&
      strcmp(host->shape_hash, ZERO_SHAPE_HASH) == 0) {
    return ZERO_OK;
  }
  return refuse(opening, ZERO_E_MISMATCH,
                "the host was compiled for '%.40s', layout version %" PRIu32
                ", shape %.40s; this library is for '%s', layout version "
                "%d, shape %s",
                host->abi_marker, host->layout_version, host->shape_hash,
                zero_abi_marker(), ZERO_LAYOUT_VERSION, ZERO_SHAPE_HASH);
}

/* Checks the options and the thread. The collector takes the stack of the
 * process's first thread for that of the thread that starts it, so only the
 * first thread may. */
static zero_status inspect(struct opening *opening) {
  const zero_options *options = opening->options;
  if (options->args == NULL && options->arg_count > 0) {
    return refuse(opening, ZERO_E_USAGE,
                  "arg_count is not 0, but args is NULL");
  }
  if (options->arg_count > ZERO_ADDRESSES / sizeof *options->args) {
    return refuse(opening, ZERO_E_USAGE, "%zu arguments do not fit in memory",
                  options->arg_count);
  }
  if (!GC_is_init_called() && getpid() != gettid()) {
    return refuse(opening, ZERO_E_USAGE,
                  "the first VM must be opened by the first thread");
  }
  const char *words = options->capabilities;
  zero__capability_words("pure io", &opening->granted);
  if (words != NULL) words = zero__capability_words(words, &opening->granted);
  if (words != NULL) {
    size_t size = strcspn(words, ", \t");
    return refuse(opening, ZERO_E_USAGE, "there is no capability '%.*s'",
                  (int)(size < 40 ? size : 40), words);
  }
  switch (zero__thread_admit()) {
    case 0: return ZERO_OK;
    case ZERO_CODE_OUT_OF_MEMORY:
      return refuse(opening, ZERO_E_MEMORY,
                    "the system does not let another thread use the collector");
    default:
      return refuse(opening, ZERO_E_USAGE,
                    "less than %d KiB of the thread's C stack is left",
                    ZERO_STACK_RESERVE >> 10);
  }
}

static struct zero_session *session_new(const struct opening *opening) {
  const zero_options *options = opening->options;
  struct zero_session *session = zero__heap_new_root(sizeof *session);
  if (session == NULL) return NULL;
  session->options = *options;
  session->marker = zero_abi_marker();
  session->limits = (struct zero_limits){
      .fuel = zero__limit(options->fuel),
      .deadline = UINT64_MAX,
      .heap = zero__limit(options->heap),
      .output = zero__limit(options->output_bytes),
      .alloc = zero__limit(options->alloc),
  };
  zero_vm *vm = &session->vm;
  zero__heap_init(&vm->heap);
  vm->granted = opening->granted;
  vm->output = options->output;
  vm->output_context = options->output_context;
  vm->input = options->input;
  vm->input_context = options->input_context;
  vm->call_host = zero__call_host;
  vm->runs_max = options->nested_calls;
  if (vm->runs_max == 0) vm->runs_max = ZERO_NESTED_CALLS;
  return session;
}

static zero_value make_args(struct opening *opening) {
  const zero_options *options = opening->options;
  struct zero_heap *heap = &opening->session->vm.heap;
  zero_value args = ZERO_EMPTY;
  for (size_t i = options->arg_count; i > 0; i--) {
    const char *arg = options->args[i - 1];
    zero_value text = ZERO_NONE;
    if (arg != NULL) text = zero__text_checked(heap, arg, strlen(arg), NULL);
    if (zero_is_none(text)) {
      refuse(opening, ZERO_E_USAGE, "argument %zu is %s", i,
             arg == NULL ? "NULL" : "not UTF-8");
      return ZERO_EMPTY;
    }
    args = zero__cons(heap, text, args);
  }
  return args;
}

/* The part of opening that takes collected memory. */
static void set_up(void *context) {
  struct opening *opening = context;
  struct zero_session *session = opening->session;
  zero_vm *vm = &session->vm;
  uint64_t slots = opening->options->stack_slots;
  if (slots == 0) slots = ZERO_STACK_SLOTS;
  zero__names_start();
  session->core = zero__scope_new(&vm->heap, NULL);
  session->names = zero__scope_new(&vm->heap, session->core);
  vm->args = make_args(opening);
  bool mapped = slots >> SLOTS_LOG2_MAX == 0 && zero__vm_init(vm, slots);
  zero__handles_open(vm);
  const char *root = opening->options->file_root;
  int error = root != NULL ? zero__root_open(vm, root) : 0;
  zero__library_open(&vm->heap, session->core);
  session->inlines = true;
  vm->heap.look = zero__look;
  if (opening->status != ZERO_OK) return;
  if (error != 0) {
    refuse(opening, ZERO_E_USAGE, "the file root '%s': %s", root,
           zero__host_reason(error));
  } else if (!mapped) {
    refuse(opening, ZERO_E_MEMORY, "the system has no room for a stack");
  }
}

zero_status zero_open_for(zero_vm **vm, const zero_host *host,
                          const zero_options *options, char *message,
                          size_t message_room) {
  zero_options defaults = zero_options_default();
  struct opening opening = {.options = options != NULL ? options : &defaults,
                            .message = message,
                            .room = message_room};
  if (vm == NULL) return refuse(&opening, ZERO_E_USAGE, "no place for the VM");
  *vm = NULL;
  if (compare(&opening, host) != ZERO_OK) return opening.status;
  if (inspect(&opening) != ZERO_OK) return opening.status;
  opening.session = session_new(&opening);
  if (opening.session == NULL) {
    return refuse(&opening, ZERO_E_MEMORY, "the system has no memory");
  }
  zero_vm *made = &opening.session->vm;
  int code = zero__protect(&made->heap, set_up, &opening);
  if (code != 0) {
    refuse(&opening,
           code == ZERO_CODE_OUT_OF_MEMORY ? ZERO_E_MEMORY : ZERO_E_FAILED,
           "%s", made->heap.fault.message);
  }
  *vm = opening.status == ZERO_OK ? made : NULL;
  if (*vm == NULL) zero_close(made);
  return opening.status;
}

/* Nothing is allocated here: the VM may be closing because memory is short. The
 * sentence is not that of an error, which the host may replace while it reads
 * it. */
static void tell_left(void *context, const struct zero_handle *h, int error) {
  const zero_options *options = context;
  char message[ZERO_FAULT_MESSAGE];
  int size = snprintf(message, sizeof message, "the %s %llu was still open",
                      h->kind->name, (unsigned long long)h->number);
  if (error != 0) {
    snprintf(message + size, sizeof message - (size_t)size,
             "; closing it: %s", zero__host_reason(error));
  }
  zero_error left = {
      .code = "WARN_HANDLE_OPEN", .message = message, .is_warning = 1};
  struct zero_span span = {h->start, h->end};
  if (h->placed) left.location = zero__location(h->source, span);
  options->unclosed(options->unclosed_context, &left);
}

void zero_close(zero_vm *vm) {
  struct zero_session *session = (struct zero_session *)vm;
  if (zero__given(vm) != ZERO_OK || vm->depth > 0) return;
  if (!zero__thread_enter()) return;
  vm->depth++; /* what is called now closes nothing, and has no deadline */
  vm->limits.deadline = UINT64_MAX;
  session->busy = true;
  zero__handles_close(vm, session->options.unclosed != NULL ? tell_left : NULL,
                      &session->options);
  session->busy = false;
  zero__finalise_all(session);
  zero__root_close(vm);
  zero__wait_close(vm);
  zero__vm_reset(vm);
  zero__bury(session);
  zero__heap_release();
}
