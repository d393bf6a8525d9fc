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
#include "value/record_names.h"
#include "value/text.h"

enum { SLOTS_LOG2_MAX = 40 }; /* more could not be mapped anywhere */

zero_options zero_options_default(void) {
  return (zero_options){.loader = zero_file_loader};
}

/* Where a sentence for the host goes. */
struct answer {
  char *message;
  size_t room;
};

static zero_status refuse(const struct answer *answer, zero_status status,
                          const char *format, ...) ZERO_PRINTF(3, 4);

static zero_status refuse(const struct answer *answer, zero_status status,
                          const char *format, ...) {
  if (answer->message == NULL || answer->room == 0) return status;
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(answer->message, answer->room, format, arguments);
  va_end(arguments);
  return status;
}

const char *zero__capability_words(const char *words, uint32_t *bits) {
  const char *const separators = ", \t";
  for (;;) {
    words += strspn(words, separators);
    size_t size = strcspn(words, separators);
    if (size == 0) return NULL;
    const struct zero_capability *capability =
        zero__capability_by_name(words, size);
    if (capability == NULL) return words;
    *bits |= capability->bits;
    words += size;
  }
}

static zero_status grant(const struct answer *answer, const char *words,
                         uint32_t *bits) {
  const char *bad = zero__capability_words(words, bits);
  if (bad == NULL) return ZERO_OK;
  size_t size = strcspn(bad, ", \t");
  return refuse(answer, ZERO_E_USAGE, "there is no capability '%.*s'",
                (int)(size < 40 ? size : 40), bad);
}

/* The collector takes the stack of the process's first thread for the one
 * that starts it, so only that thread may. */
static bool may_start(void) {
  return GC_is_init_called() || getpid() == gettid();
}

static zero_status admit(const struct answer *answer) {
  int code = zero__thread_admit();
  if (code == ZERO_CODE_OUT_OF_MEMORY) {
    return refuse(answer, ZERO_E_MEMORY,
                  "the system lets no further thread use the collector");
  }
  if (code == 0) return ZERO_OK;
  return refuse(answer, ZERO_E_USAGE,
                "less than %d KiB are left of the thread's C stack",
                ZERO_STACK_RESERVE >> 10);
}

static struct zero_session *session_new(const zero_options *options) {
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
  vm->output = options->output;
  vm->output_context = options->output_context;
  vm->input = options->input;
  vm->input_context = options->input_context;
  vm->call_host = zero__call_host;
  vm->runs_max = options->nested_calls;
  if (vm->runs_max == 0) vm->runs_max = ZERO_NESTED_CALLS;
  return session;
}

struct setup {
  struct zero_session *session;
  size_t bad_arg; /* 1 + index of one that is NULL or not UTF-8 */
  int bad_root;   /* errno of the file root */
  bool mapped;
};

static zero_value make_args(struct setup *setup) {
  const zero_options *options = &setup->session->options;
  struct zero_heap *heap = &setup->session->vm.heap;
  zero_value args = ZERO_EMPTY;
  for (size_t i = options->arg_count; i > 0; i--) {
    const char *arg = options->args[i - 1];
    zero_value text = ZERO_NONE;
    if (arg != NULL) text = zero__text_checked(heap, arg, strlen(arg), NULL);
    if (zero_is_none(text)) {
      setup->bad_arg = i;
      return ZERO_EMPTY;
    }
    args = zero__cons(heap, text, args);
  }
  return args;
}

static void set_up(void *context) {
  struct setup *setup = context;
  zero_vm *vm = &setup->session->vm;
  uint64_t slots = setup->session->options.stack_slots;
  if (slots == 0) slots = ZERO_STACK_SLOTS;
  zero__names_start();
  vm->core = zero__scope_new(&vm->heap, NULL);
  setup->session->names = zero__scope_new(&vm->heap, vm->core);
  vm->args = make_args(setup);
  setup->mapped = slots >> SLOTS_LOG2_MAX == 0 && zero__vm_init(vm, slots);
  zero__handles_open(vm);
  const char *root = setup->session->options.file_root;
  if (root != NULL) setup->bad_root = zero__root_open(vm, root);
  vm->library = zero__library_new(&vm->heap, vm->core);
}

/* What a fault while setting up means to the host. */
static zero_status fault_status(int code) {
  switch (code) {
    case ZERO_CODE_OUT_OF_MEMORY: return ZERO_E_MEMORY;
    default: return ZERO_E_FAILED;
  }
}

/* Sets up what takes collected memory. */
static zero_status fill(struct zero_session *session,
                        const struct answer *answer) {
  struct zero_heap *heap = &session->vm.heap;
  struct setup setup = {.session = session};
  int code = zero__protect(heap, set_up, &setup);
  if (code != 0) {
    return refuse(answer, fault_status(code), "%s", heap->fault.message);
  }
  if (setup.bad_arg > 0) {
    const char *bad = session->options.args[setup.bad_arg - 1];
    return refuse(answer, ZERO_E_USAGE, "argument %zu is %s", setup.bad_arg,
                  bad == NULL ? "NULL" : "not UTF-8");
  }
  if (setup.bad_root != 0) {
    return refuse(answer, ZERO_E_USAGE, "the file root '%s': %s",
                  session->options.file_root,
                  zero__host_reason(setup.bad_root));
  }
  if (!setup.mapped) {
    return refuse(answer, ZERO_E_MEMORY, "the system has no room for a stack");
  }
  heap->look = zero__look;
  return ZERO_OK;
}

/* A host of other tables would read values as what they are not, so it gets
 * none. */
static zero_status compare(const struct answer *answer,
                           const zero_host *host) {
  if (host == NULL || host->abi_marker == NULL || host->shape_hash == NULL) {
    return refuse(answer, ZERO_E_USAGE,
                  "the host does not say what it was compiled with");
  }
  if (host->layout_version == ZERO_LAYOUT_VERSION &&
      strcmp(host->abi_marker, zero_abi_marker()) == 0 &&
      strcmp(host->shape_hash, ZERO_SHAPE_HASH) == 0) {
    return ZERO_OK;
  }
  return refuse(answer, ZERO_E_MISMATCH,
                "the host was compiled for '%.40s', layout version %" PRIu32
                ", shape %.40s; this library is for '%s', layout version "
                "%d, shape %s",
                host->abi_marker, host->layout_version, host->shape_hash,
                zero_abi_marker(), ZERO_LAYOUT_VERSION, ZERO_SHAPE_HASH);
}

zero_status zero_open_for(zero_vm **vm, const zero_host *host,
                          const zero_options *options, char *message,
                          size_t message_room) {
  struct answer answer = {message, message_room};
  zero_options defaults = zero_options_default();
  uint32_t bits = 0;
  if (vm == NULL) return refuse(&answer, ZERO_E_USAGE, "no place for the VM");
  *vm = NULL;
  zero_status status = compare(&answer, host);
  if (status != ZERO_OK) return status;
  if (options == NULL) options = &defaults;
  if (options->args == NULL && options->arg_count > 0) {
    return refuse(&answer, ZERO_E_USAGE, "there are no arguments to count");
  }
  if (options->arg_count > ZERO_ADDRESSES / sizeof *options->args) {
    return refuse(&answer, ZERO_E_USAGE, "no memory holds %zu arguments",
                  options->arg_count);
  }
  if (!may_start()) {
    return refuse(&answer, ZERO_E_USAGE,
                  "the first VM must be opened by the first thread");
  }
  status = grant(&answer, "pure io", &bits);
  if (status == ZERO_OK && options->capabilities != NULL) {
    status = grant(&answer, options->capabilities, &bits);
  }
  if (status != ZERO_OK) return status;
  status = admit(&answer);
  if (status != ZERO_OK) return status;
  struct zero_session *session = session_new(options);
  if (session == NULL) {
    return refuse(&answer, ZERO_E_MEMORY, "the system has no memory");
  }
  session->vm.granted = bits;
  status = fill(session, &answer);
  *vm = &session->vm;
  if (status != ZERO_OK) {
    zero_close(*vm);
    *vm = NULL;
  }
  return status;
}

void zero_close(zero_vm *vm) {
  struct zero_session *session = (struct zero_session *)vm;
  if (zero__given(vm) != ZERO_OK || vm->depth > 0) return;
  if (!zero__thread_enter()) return;
  vm->depth++; /* what is called now closes nothing, and has no deadline */
  vm->limits.deadline = UINT64_MAX;
  zero__close_handles(session);
  zero__finalise_all(session);
  zero__root_close(vm);
  zero__wait_close(vm);
  zero__vm_reset(vm);
  zero__bury(session);
  zero__heap_release();
}
