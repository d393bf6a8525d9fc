/* generate.h - the parts of the table generator.
 *
 * A host tool: it reads abi/, refuses what does not hold together, and writes
 * what the tables say as C and as documentation. It knows nothing of the
 * runtime. It runs for a moment and frees nothing.
 *
 *   table.c     text to rows of cells, each of the form its column asks for
 *   schema.c    types, families, variants and fields out of the rows
 *   layouts.c   rules between the layout tables
 *   language.c  rules of codes, capabilities, builtins and opcodes
 *   records.c   where values lie in memory, and examples of them
 *   emit.c      headers, the registry, the text of the tables
 *   accessors.c functions of hosts for each variant and field
 *   document.c  the generated blocks of docs/
 *   layout_page.c  the families of docs/layouts.md
 *   generate.c  the command, and writing all files or none
 *
 * gate.h has the parts that check more than the tables. */
#ifndef ZERO_ABI_GENERATE_H
#define ZERO_ABI_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

/* --- strings.c: growing text --------------------------------------------- */

struct text {
  char *bytes; /* NUL-terminated; NULL while empty */
  size_t size;
  size_t room;
};

/* Memory that is never freed; ends the program where there is none. */
void *allocate(size_t count, size_t size);

/* A copy of `size` bytes with a NUL behind them. */
char *copy_bytes(const char *bytes, size_t size);

void add_bytes(struct text *text, const char *bytes, size_t size);
void add(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Adds `string` as a C literal, broken after spaces and tabs so that no line
 * passes 80 columns. Lines it begins are indented by `indent`; `line_end` is
 * "\n", or " \\\n" inside a macro. */
void add_literal(struct text *text, unsigned indent, const char *string,
                 const char *line_end);

/* "RemoteActor", "text.len" and "path-normal" as REMOTE_ACTOR, TEXT_LEN and
 * PATH_NORMAL; the second in lower case. */
char *upper_name(const char *name);
char *lower_name(const char *name);

/* Reads a file whole. Returns false, with errno set, where it cannot. */
bool read_file(const char *path, struct text *text);

/* True where `word` is one of the space-separated `words`. */
bool among(const char *words, const char *word);

/* Takes the next space-separated word off *words, or returns NULL. */
char *next_word(const char **words);

/* --- table.c: rows of cells ---------------------------------------------- */

enum table_id {
  LAYOUTS,
  FIELDS,
  NAMES,
  STATES,
  OWNERS,
  SHAPES,
  CAPABILITIES,
  ERRORS,
  HOST_ERRORS,
  BUILTINS,
  OPCODES,
  PAIRS,
  FORMS,
  EXAMPLES,
  GATES,
  TABLE_COUNT
};

enum { COLUMNS_MAX = 16 };

struct row {
  unsigned line;
  char *cells[COLUMNS_MAX];
};

struct table {
  const char *name; /* "value-fields" */
  const char *columns[COLUMNS_MAX];
  unsigned column_count;
  struct row *rows;
  unsigned row_count;
};

struct schema;

/* Reads every table and VERSION and checks each cell for itself. What is
 * wrong is complained about. */
void read_tables(struct schema *schema);

/* Reads the tables that the hashes are over, LAYOUTS to SHAPES. */
void read_layout_tables(struct schema *schema);

/* The cell of a row; ends the program where no such column exists. */
const char *cell(const struct schema *schema, enum table_id id, unsigned row,
                 const char *column);
bool cell_is(const struct schema *schema, enum table_id id, unsigned row,
             const char *column, const char *text);
bool is_none(const char *cell);
unsigned number(const char *cell);

/* The row whose cell in `column` is `text`, or -1. */
int find_row(const struct schema *schema, enum table_id id,
             const char *column, const char *text);

/* Says on stderr what is wrong with a cell, and counts it. */
void complain(struct schema *schema, enum table_id id, unsigned row,
              const char *column, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* Complains where two rows agree in all of the space-separated columns. */
void require_unique(struct schema *schema, enum table_id id,
                    const char *columns);

/* --- schema.c: what the layout tables mean ------------------------------- */

struct type {
  const char *text;
  const char *accepts[COLUMNS_MAX]; /* families, Any, Ref */
  unsigned accept_count;
  const char *rule;        /* NULL: none */
  const struct type *item; /* of List(T), Option(T); else NULL */
  unsigned index;          /* in schema.types */
};

struct field {
  const char *name;
  const char *doc;
  const struct type *type;
  unsigned first_state; /* rows of STATES */
  unsigned state_count;
};

struct variant {
  const char *name;
  struct family *family;
  struct field *fields;
  unsigned field_count;
  unsigned index;
};

struct family {
  const char *name;
  unsigned tag; /* also its row of LAYOUTS and its index */
  struct variant *variants;
  unsigned variant_count;
};

struct schema {
  const char *folder; /* where the tables are */
  unsigned complaints;
  const char *marker; /* of VERSION */
  unsigned layout_version;
  struct table tables[TABLE_COUNT];

  struct type **types; /* distinct, items before what holds them */
  unsigned type_count;
  const char **rules;
  unsigned rule_count;
  struct family *families;
  unsigned family_count;
  uint64_t shape_hash;
  uint64_t full_hash;
};

/* Builds families, variants, fields and types. */
void build_families(struct schema *schema);

struct family *family_named(const struct schema *schema, const char *name);
struct variant *variant_named(const struct schema *schema, const char *name);
struct field *field_named(const struct family *family, const char *name);
bool type_is(const struct type *type, const char *text);

/* The list form of a family: (list 5 "some" value) or (list 5 "none"). */
char *list_form(const struct family *family);

/* The machine tag that the layout of a family without fields ends in, one
 * digit; -1 where it does not. */
int machine_tag(const struct schema *schema, const struct family *family);

/* 64-bit FNV-1a. */
uint64_t fnv1a(const char *bytes, size_t size);

/* The shape hash of the rows of one family alone. */
uint64_t family_hash(const struct schema *schema,
                     const struct family *family);

/* Sets both hashes from their canonical forms (docs/abi.md). */
void hash_layouts(struct schema *schema);

/* --- layouts.c, language.c: what must hold ------------------------------- */

/* Before families are built, and after. */
void check_layouts(struct schema *schema);
void check_families(struct schema *schema);
void check_language(struct schema *schema);

/* Which form of its operation an instruction is in a cell of `value` or
 * `test`, by its operands: "plain", "small", "constant" or "many"; NULL where
 * it could not stand there. */
const char *form_of(const struct schema *schema, const char *column,
                    unsigned opcode);

/* --- records.c: where values lie ----------------------------------------- */

/* What machine-forms.tsv and value-examples.tsv must hold; families are
 * built. */
void check_records(struct schema *schema);

/* The row of FORMS that begins the family's form, `record` where it has none
 * of its own. */
int form_row(const struct schema *schema, const struct family *family);
bool is_plain_record(const struct schema *schema,
                     const struct family *family);

/* Bytes from the start of a record to a field, of a record as allocated, and
 * the header word of a variant. */
unsigned field_offset(unsigned index);
unsigned record_size(const struct variant *variant);
uint64_t header_word(const struct schema *schema,
                     const struct variant *variant);

/* The first row of EXAMPLES of a family. */
unsigned example_row(const struct schema *schema,
                     const struct family *family);

/* --- emit.c, document.c: what is written --------------------------------- */

struct output {
  const char *path; /* below the root */
  struct text text;
};

enum { OUTPUTS_MAX = 32 };

struct outputs {
  struct output items[OUTPUTS_MAX];
  unsigned count;
};

struct text *new_output(struct outputs *outputs, const char *path);

/* A header up to what it holds, and its end. */
struct text *begin_header(struct outputs *outputs, const char *path,
                          const char *guard, const char *what);
void end_header(struct text *text);

void emit_all(const struct schema *schema, struct outputs *outputs);
void emit_accessors(const struct schema *schema, struct outputs *outputs);
void emit_records(const struct schema *schema, struct outputs *outputs);

/* Adds a cell of a table in a page: `|` would end it. */
void add_cell(struct text *text, const char *content);
void add_code_cell(struct text *text, const char *content);

/* Adds the v0.1 list of a row of compat.tsv, as its payload is read. */
void add_shape(struct text *text, const struct schema *schema, unsigned row);

/* Blocks of docs/layouts.md. */
void write_shared_forms(struct text *text, const struct schema *schema);
void write_families(struct text *text, const struct schema *schema);
void write_c_program(struct text *text, const struct schema *schema);

/* Renews the blocks of the pages below `root`. Complains about a page that
 * cannot be read or whose markers are wrong. */
void document_all(struct schema *schema, const char *root,
                  struct outputs *outputs);

#endif
