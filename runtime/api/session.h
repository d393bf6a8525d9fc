/* session.h - what the api room keeps of one VM, and the way in and out.
 *
 * Every public function that may allocate goes through zero__enter: it
 * registers the thread, starts the budgets, protects the body, and turns a
 * fault into a status and the error object. So no raise passes a host's
 * frame, and a fault leaves the VM as usable as before. */
#ifndef ZERO_API_SESSION_H
#define ZERO_API_SESSION_H

#include "vm/vm.h"
#include "zero.h"

/* One value that the host holds by name. */
struct zero_pin_slot {
  uint64_t name; /* 0: the slot is free */
  zero_value value;
};

/* By name modulo the room. */
struct zero_pins {
  struct zero_pin_slot *slots; /* traced storage */
  uint64_t count;
  uint64_t room;               /* a power of two, or 0 */
};

/* An open scope. Its slots keep alive what compiled code holds payloads of
 * (api/pairs.c). */
struct zero_scope_mark {
  uint64_t name;
  uint64_t start; /* of what it keeps */
  struct zero_places *places; /* the newest block before it */
};

struct zero_scopes {
  uint64_t *words; /* values, and addresses of the collector's; traced */
  uint64_t count;
  uint64_t room;
  struct zero_scope_mark *marks; /* traced storage */
  uint64_t depth;  /* open scopes */
  uint64_t mark_room;
};

/* A UserData with a finaliser. `hidden` is its address with all bits inverted:
 * the collector does not follow it, and makes it 0 when nothing else refers to
 * the UserData. */
struct zero_finalisable {
  struct zero_finalisable *next; /* made before */
  uintptr_t hidden;
  void *pointer;
  void (*finaliser)(void *pointer);
};

/* A root of the collector. What an error of a call needs is stored here, so
 * that it can be reported when memory has run out. */
struct zero_session {
  zero_vm vm;           /* first: a zero_vm * is a zero_session * */
  zero_options options; /* its texts are the host's and not read again */
  struct zero_limits limits; /* of each call; the deadline is set anew */
  struct zero_scope *core;  /* names of lib/core, and the host's functions */
  struct zero_scope *names; /* what was loaded into this VM */
  bool inlines; /* calls are compiled in; tests do without */
  bool busy;            /* the host may not enter: it is in a callback */
  const zero_error *last;
  uint64_t errors;      /* how many `last` there were */
  int fault_code;       /* of `last` if it was a fault, else 0 */
  zero_error fault;     /* `last`, if a fault was the error */
  char code[ZERO_FAULT_MESSAGE];
  char message[ZERO_FAULT_MESSAGE];
  zero_trace_frame trace[ZERO_TRACE_MAX];
  zero_value error_value;
  zero_spending spent;  /* by the last zero_call_with */
  uint64_t next_name;
  struct zero_pins pins;
  struct zero_scopes scopes;
  uint64_t *open;       /* leaf storage: what UserData ask; NULL: none did */
  struct zero_finalisable *finalisables; /* the newest */
  uint64_t collections; /* of libgc, when they were last looked at */
  struct zero_places *places; /* the newest block */
  const char *marker;   /* links the note into all that opens a VM */
};

/* ZERO_OK for a VM that may be used. ZERO_E_USAGE for NULL; in debug builds
 * ZERO_E_CLOSED for a closed one, as long as they remember it. */
#ifdef ZERO_DEBUG
zero_status zero__given(const zero_vm *vm);
#else
static inline zero_status zero__given(const zero_vm *vm) {
  return ZERO_LIKELY(vm != NULL) ? ZERO_OK : ZERO_E_USAGE;
}
#endif

/* The same, and ZERO_E_USAGE for one that is running a call. */
zero_status zero__given_idle(zero_vm *vm);

/* Gives the memory of a closed VM back; in debug builds not at once. */
void zero__bury(struct zero_session *session);

/* --- the way in and out --- */

/* The arguments of a function of zero.h, and where its result goes. */
struct zero_request {
  void (*body)(zero_vm *vm, struct zero_request *request);
  zero_vm *vm;              /* set on the way in */
  const char *who;          /* the function, for its errors */
  void *place;              /* of the result; a misuse if it is NULL */
  enum {
    ZERO_GIVES_VALUE,
    ZERO_GIVES_NUMBER,
    ZERO_GIVES_PAIR,
    ZERO_GIVES_WALK,
  } gives;
  bool named;               /* `family` and `part` may not be NULL */
  const zero_value *values;
  size_t count;
  const char *family;       /* names of the tables */
  const char *part;         /* a variant's or a field's */
  const void *bytes;
  size_t size;
  int64_t number;
  zero_value (*step)(struct zero_heap *heap, zero_value list);
  void *more;               /* what only this function knows */
  zero_value result;        /* stays alive while a scope is open */
  union {
    uint64_t measure;       /* a result that is a number, */
    zero_pair pair;         /* a pair, which may be what was given, */
    zero_iterator walk;     /* or where a walk begins */
  };
};

/* Runs the body of a request as one call. ZERO_E_USAGE if `vm` is NULL or
 * busy. */
zero_status zero__enter(zero_vm *vm, struct zero_request *request);

/* The same, and hands out the result; if the call fails, no value, 0, no pair
 * or a walk at its end. ZERO_E_USAGE also if a pointer, values or names are
 * missing, or one of the values is not a value. */
zero_status zero__ask(zero_vm *vm, struct zero_request *request);

/* Makes a request of the enclosing function of zero.h, with a body and more
 * fields; the type of the pointer selects the kind of result. */
#define ZERO_ASK(vm, to, ...)                                             \
  zero__ask((vm), &(struct zero_request){                                 \
                      __VA_ARGS__, .who = __func__, .place = (to),        \
                      .gives = _Generic((to),                             \
                                        zero_value *: ZERO_GIVES_VALUE,   \
                                        uint64_t *: ZERO_GIVES_NUMBER,    \
                                        zero_pair *: ZERO_GIVES_PAIR,     \
                                        zero_iterator *: ZERO_GIVES_WALK)})

/* The names of a request, none of them NULL, and its values. */
#define ZERO_NAMES(of_family, of_part) \
  .named = true, .family = (of_family), .part = (of_part)
#define ZERO_VALUES(...)                         \
  .values = (const zero_value[]){__VA_ARGS__},   \
  .count = sizeof((const zero_value[]){__VA_ARGS__}) / sizeof(zero_value)

/* Refuses a call with a sentence. Returns ZERO_E_USAGE, or what zero__given
 * says of a VM that cannot keep the sentence. */
zero_status zero__misuse(zero_vm *vm, const char *format, ...)
    ZERO_PRINTF(2, 3);

/* The family that a request names; raises LAYOUT_UNKNOWN. */
const struct zero_family *zero__want_family(
    zero_vm *vm, const struct zero_request *request);

/* Returns the `list` of a request; raises if it is not a list or has no
 * head. */
zero_value zero__want_pair(zero_vm *vm, const struct zero_request *request,
                           zero_value list);

/* Hands bytes to an output of the host, which may have waited for a reader.
 * `context` is a zero_outlet. */
struct zero_outlet {
  zero_vm *vm;
  zero_output *output;
  void *output_context;
  bool counted; /* it is output of the call */
};
void zero__hand_out(void *context, const char *bytes, size_t size);

/* Calls a function of the host as the VM does. Raises what it fails with. */
zero_value zero__call_host(zero_vm *vm, const struct zero_host_code *host,
                           const zero_value *args, unsigned count);

/* Adds the bits of each word to *bits. Returns NULL, or the word that is not a
 * capability. */
const char *zero__capability_words(const char *words, uint32_t *bits);

/* A limit of zero.h, where 0 means no limit. */
static inline uint64_t zero__limit(uint64_t limit) {
  return limit == 0 ? UINT64_MAX : limit;
}

/* --- how long values live --- */

/* Keeps what `word` names while a scope is open; may raise OUT_OF_MEMORY. */
void zero__scope_keep_word(struct zero_session *session, uint64_t word);

static inline void zero__scope_keep(struct zero_session *session,
                                    zero_value v) {
  bool named = zero__is_cell(v) || zero__is_text(v) || zero__is_object(v);
  if (ZERO_LIKELY(session->scopes.depth == 0) || !named) return;
  zero__scope_keep_word(session, v.bits);
}

/* Closes all but the first `depth` scopes. */
void zero__scopes_close(struct zero_session *session, uint64_t depth);

/* Calls the finalisers that were not called yet, of dead and live UserData. */
void zero__finalise_all(struct zero_session *session);

/* --- threads --- */

/* Makes this thread known to the collector; false if the system lets no
 * further thread be. */
bool zero__thread_enter(void);

/* Registers this thread and measures its C stack. Returns 0, or the code of why
 * it may not begin a call here: OUT_OF_MEMORY, STACK_DEPTH. */
int zero__thread_admit(void);

/* A call that begins at this address or above needs no zero__thread_admit: the
 * thread is known, and the rest of its C stack is enough. It is read at each
 * entry, so it is where one load finds it in a shared library too. */
extern _Thread_local uintptr_t zero__thread_gate
    __attribute__((tls_model("initial-exec")));

/* --- errors --- */

/* The place of a span. */
zero_location zero__location(const struct zero_source *source,
                             struct zero_span span);

/* Makes `error` the last error. `code` is that of a fault, or 0, and the value
 * is that of the fault, or none. */
void zero__last_is(struct zero_session *session, const zero_error *error,
                   int code, zero_value value);

/* Keeps the fault of the call that just ended as the last error. */
void zero__keep_fault(struct zero_session *session, int code);

/* Keeps the errors among `reports` as the last error; allocates. */
void zero__keep_errors(struct zero_session *session,
                       const struct zero_reports *reports);

/* Hands the warnings among `reports` to the host. */
void zero__tell_warnings(struct zero_session *session,
                         const struct zero_reports *reports);

#endif
