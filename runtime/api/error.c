/* error.c - the error object: from faults, traces and reports. */
#include "api/session.h"

#include <stdio.h>
#include <string.h>

#include "base/sentence.h"
#include "value/record.h"

const zero_error *zero_last_error(const zero_vm *vm) {
  if (zero__given(vm) != ZERO_OK) return NULL;
  return ((const struct zero_session *)vm)->last;
}

zero_value zero_error_value(const zero_vm *vm) {
  if (zero__given(vm) != ZERO_OK) return ZERO_NONE;
  return ((const struct zero_session *)vm)->error_value;
}

void zero__last_is(struct zero_session *session, const zero_error *error,
                   int code, zero_value value) {
  session->last = error;
  session->fault_code = code;
  session->error_value = value;
  session->errors++;
}

/* Reports come sorted by place, so those of a file take one pass over it. */
struct places {
  struct zero_heap *heap; /* NULL: the search does not look at limits */
  const struct zero_source *source;
  struct zero_place place;
};

/* The width ends with the line, and is never 0: a caret must be seen. */
static zero_location location(struct places *places,
                              const struct zero_source *source,
                              struct zero_span span) {
  struct zero_place *place = &places->place;
  if (source == NULL) return (zero_location){0};
  if (source != places->source) *place = (struct zero_place){0};
  places->source = source;
  zero__source_place_next(places->heap, source, span.start, place);
  uint32_t end = span.end < place->line_end ? span.end : place->line_end;
  uint32_t width = 0;
  if (end > span.start) {
    width = zero__source_points(places->heap, source, span.start, end);
  }
  return (zero_location){
      .file = source->name,
      .line_text = source->bytes + place->line_start,
      .line_size = place->line_end - place->line_start,
      .line = place->line,
      .column = place->column,
      .width = width > 0 ? width : 1,
  };
}

zero_location zero__location(const struct zero_source *source,
                             struct zero_span span) {
  struct places places = {.heap = NULL};
  return location(&places, source, span);
}

/* Fills in the trace and clears the rest of it, which names texts of an earlier
 * error. The error's own place is the innermost one in the program, or in
 * lib/core if the program has none. */
static void keep_trace(struct zero_session *session) {
  const zero_vm *vm = &session->vm;
  zero_error *error = &session->fault;
  bool in_library = false;
  for (unsigned i = 0; i < vm->trace_count; i++) {
    const struct zero_frame_place *frame = &vm->trace[i];
    const struct zero_source *source =
        frame->placed ? frame->code->source : NULL;
    struct zero_span span = {frame->start, frame->end};
    session->trace[i] = (zero_trace_frame){
        .function = zero__text(frame->code->callable.name)->bytes,
        .location = zero__location(source, span),
        .after_tail_call = frame->after_tail_call,
    };
    if (source == NULL) continue;
    if (error->location.file == NULL || (in_library && !source->library)) {
      error->location = session->trace[i].location;
      in_library = source->library;
    }
  }
  memset(&session->trace[vm->trace_count], 0,
         (ZERO_TRACE_MAX - vm->trace_count) * sizeof session->trace[0]);
  error->trace = session->trace;
  error->trace_count = vm->trace_count;
  error->trace_lost = vm->trace_lost;
}

static void value_body(void *context) {
  struct zero_session *session = context;
  zero_value value = zero__fault_value(&session->vm);
  zero__scope_keep(session, value);
  session->error_value = value;
}

/* The limits are off here, so the value is made unless the system itself has no
 * memory; then there is no value. */
void zero__keep_fault(struct zero_session *session, int code) {
  struct zero_heap *heap = &session->vm.heap;
  session->fault = (zero_error){
      .code = session->code, .message = session->message};
  snprintf(session->code, sizeof session->code, "%s",
           zero__code_fact(code)->name);
  memcpy(session->message, heap->fault.message, sizeof session->message);
  keep_trace(session);
  session->error_value = ZERO_NONE;
  bool valued = code != ZERO_CODE_EXIT && code != ZERO_CODE_API_USAGE &&
                zero__protect(heap, value_body, session) == 0;
  if (valued) {
    /* A RuntimeError begins with its code and message, which may be longer. */
    const zero_value *fields = zero__record(session->error_value)->fields;
    zero__sentence(session->code, sizeof session->code, "%s",
                   zero__text(fields[0])->bytes);
    zero__sentence(session->message, sizeof session->message, "%s",
                   zero__text(fields[1])->bytes);
  }
  zero__last_is(session, &session->fault, code, session->error_value);
}

static zero_error error_of(struct places *places,
                           const struct zero_report *report) {
  return (zero_error){
      .code = zero__code_fact(report->code)->name,
      .message = report->message,
      .is_warning = report->warning,
      .location = location(places, report->source, report->span),
  };
}

void zero__keep_errors(struct zero_session *session,
                       const struct zero_reports *reports) {
  const zero_error *first = NULL;
  const zero_error **last = &first;
  const struct zero_report *report = reports->first;
  struct places places = {.heap = &session->vm.heap};
  unsigned kept = 0;
  for (; report != NULL; report = report->next) {
    if (report->warning) continue;
    zero_error *error =
        zero__alloc(&session->vm.heap, ZERO_TRACED, sizeof *error);
    *error = error_of(&places, report);
    *last = error;
    last = &error->next;
    if (++kept == ZERO_REPORTS_MAX) error->more = reports->errors - kept;
  }
  zero__last_is(session, first, 0, ZERO_NONE);
}

void zero__tell_warnings(struct zero_session *session,
                         const struct zero_reports *reports) {
  const zero_options *options = &session->options;
  if (options->warning == NULL) return;
  struct places places = {.heap = &session->vm.heap};
  const struct zero_report *report = reports->first;
  for (; report != NULL; report = report->next) {
    if (!report->warning) continue;
    zero_error warning = error_of(&places, report);
    options->warning(options->warning_context, &warning);
  }
}
