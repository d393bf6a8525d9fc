/* error.c - the error object: from faults, traces and reports. */
#include "api/session.h"

#include <stdio.h>
#include <string.h>

#include "value/record.h"

const zero_error *zero_last_error(const zero_vm *vm) {
  if (zero__given(vm) != ZERO_OK) return NULL;
  return ((const struct zero_session *)vm)->last;
}

zero_value zero_error_value(const zero_vm *vm) {
  if (zero__given(vm) != ZERO_OK) return ZERO_NONE;
  return ((const struct zero_session *)vm)->error_value;
}

static uint32_t count_points(const char *bytes, uint32_t size) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < size; i++) {
    if (((unsigned char)bytes[i] & 0xC0) != 0x80) count++;
  }
  return count;
}

/* The width ends with the line, and is never 0: a caret must be seen. */
zero_location zero__location(const struct zero_source *source,
                             struct zero_span span) {
  if (source == NULL) return (zero_location){0};
  struct zero_place place = zero__source_place(source, span.start);
  uint32_t end = span.end < place.line_end ? span.end : place.line_end;
  uint32_t width = end > span.start
                       ? count_points(source->bytes + span.start,
                                      end - span.start)
                       : 0;
  return (zero_location){
      .file = source->name,
      .line_text = source->bytes + place.line_start,
      .line_size = place.line_end - place.line_start,
      .line = place.line,
      .column = place.column,
      .width = width > 0 ? width : 1,
  };
}

static zero_location frame_location(const struct zero_frame_place *frame) {
  if (!frame->placed) return (zero_location){0};
  struct zero_span span = {frame->start, frame->end};
  return zero__location(frame->code->source, span);
}

static bool is_library(const struct zero_frame_place *frame) {
  return frame->code->source != NULL && frame->code->source->library;
}

/* Fills the trace in, and clears the rest of it, which names the texts of an
 * error before. The error's own place is the innermost one in the program, in
 * lib/core only where the program has none. */
static void keep_trace(struct zero_session *session) {
  const zero_vm *vm = &session->vm;
  zero_error *error = &session->fault;
  bool in_library = false;
  for (unsigned i = 0; i < vm->trace_count; i++) {
    const struct zero_frame_place *frame = &vm->trace[i];
    zero_value name = frame->code->callable.name;
    session->trace[i] = (zero_trace_frame){
        .function = zero__text(name)->bytes,
        .location = frame_location(frame),
        .after_tail_call = frame->after_tail_call,
    };
    bool nearer = error->location.file == NULL ||
                  (in_library && !is_library(frame));
    if (nearer && session->trace[i].location.file != NULL) {
      error->location = session->trace[i].location;
      in_library = is_library(frame);
    }
  }
  memset(&session->trace[vm->trace_count], 0,
         (ZERO_TRACE_MAX - vm->trace_count) * sizeof session->trace[0]);
  error->trace = session->trace;
  error->trace_count = vm->trace_count;
  error->trace_lost = vm->trace_lost;
}

struct valuing {
  zero_vm *vm;
  zero_value value;
};

static void value_body(void *context) {
  struct valuing *valuing = context;
  valuing->value = zero__fault_value(valuing->vm);
  zero__scope_keep((struct zero_session *)valuing->vm, valuing->value);
}

/* Copies a Text field of a RuntimeError, cut where it is too long. */
static void copy_field(char *to, zero_value error, const char *name) {
  unsigned index;
  zero__field_by_name(zero__family_by_tag(ZERO_FAMILY_RUNTIME_ERROR), name,
                      &index);
  zero_value text = zero__record(error)->fields[index];
  snprintf(to, ZERO_FAULT_MESSAGE, "%s", zero__text(text)->bytes);
}

static bool is_runtime_error(zero_value value) {
  return zero__is_packed(value) &&
         zero__header_tag(zero__object(value)->header) ==
             ZERO_FAMILY_RUNTIME_ERROR;
}

/* The limits are off here, so the value can be had unless the system itself
 * has no memory; then there is none. */
void zero__keep_fault(struct zero_session *session, int code) {
  struct zero_heap *heap = &session->vm.heap;
  const struct zero_code_fact *fact = zero__code_fact(code);
  session->fault = (zero_error){
      .code = session->code, .message = session->message};
  snprintf(session->code, sizeof session->code, "%s",
           fact != NULL ? fact->name : "");
  memcpy(session->message, heap->fault.message, sizeof session->message);
  keep_trace(session);
  struct valuing valuing = {.vm = &session->vm, .value = ZERO_NONE};
  bool valued = code != ZERO_CODE_EXIT && code != ZERO_CODE_API_USAGE &&
                zero__protect(heap, value_body, &valuing) == 0;
  session->error_value = valued ? valuing.value : ZERO_NONE;
  if (valued && is_runtime_error(valuing.value)) {
    copy_field(session->code, valuing.value, "code");
    copy_field(session->message, valuing.value, "message");
  }
  session->last = &session->fault;
  session->fault_code = code;
  session->errors++;
}

static zero_error error_of(const struct zero_report *report) {
  const struct zero_code_fact *fact = zero__code_fact(report->code);
  return (zero_error){
      .code = fact != NULL ? fact->name : "",
      .message = report->message,
      .location = zero__location(report->source, report->span),
      .is_warning = report->warning,
  };
}

void zero__keep_errors(struct zero_session *session,
                       const struct zero_reports *reports) {
  const zero_error *first = NULL;
  const zero_error **last = &first;
  const struct zero_report *report = reports->first;
  for (; report != NULL; report = report->next) {
    if (report->warning) continue;
    zero_error *error =
        zero__alloc(&session->vm.heap, ZERO_TRACED, sizeof *error);
    *error = error_of(report);
    *last = error;
    last = &error->next;
  }
  session->last = first;
  session->error_value = ZERO_NONE;
  session->fault_code = 0;
  session->errors++;
}

void zero__tell_warnings(struct zero_session *session,
                         const struct zero_reports *reports) {
  const zero_options *options = &session->options;
  if (options->warning == NULL) return;
  const struct zero_report *report = reports->first;
  for (; report != NULL; report = report->next) {
    if (!report->warning) continue;
    zero_error warning = error_of(report);
    options->warning(options->warning_context, &warning);
  }
}
