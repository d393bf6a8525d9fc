/* atom.h - the parts of a text that are not lists: space, comments, atoms. */
#ifndef ZERO_READ_ATOM_H
#define ZERO_READ_ATOM_H

#include "read/form.h"

/* A reader on its way through a text that zero__check_encoding let pass. */
struct zero_reader {
  struct zero_heap *heap;
  struct zero_symbols *symbols;
  const struct zero_source *source;
  struct zero_reports *reports;
  uint32_t at;     /* byte to be read next */
  bool incomplete; /* the error is that the text ended */
};

/* Reports an error; returns false. */
bool zero__reader_refuse(struct zero_reader *reader, struct zero_span span,
                         int code, const char *format, ...)
    ZERO_PRINTF(4, 5);

/* A symbol, or with `symbol` NULL the literal `value`. */
struct zero_atom {
  struct zero_span span;
  struct zero_symbol *symbol;
  zero_value value;
};

/* Moves to the next byte that is neither space nor comment. */
void zero__skip_space(struct zero_reader *reader);

/* True if space or a comment may begin with this byte. */
static inline bool zero__may_be_space(char byte) {
  return byte <= ' ' || byte == ';' || (unsigned char)byte >= 0x80;
}

/* Reads the atom that begins at reader->at. Returns false after its one
 * report. */
bool zero__read_atom(struct zero_reader *reader, struct zero_atom *atom);

#endif
