# public.awk - what the public headers promise a host that is already built.
#
#   awk -v want=names|script|program -f abi/public.awk HEADER...
#
# names    the functions declared ZERO_API, one a line
# script   the linker's version script that exports these and nothing else
# program  a C program that prints functions, types of callbacks, and sizes,
#          offsets and constants as a compiler has them: what abi/public.txt
#          records
#
# A struct has a tag, and no bit field, struct or union inside: what cannot be
# recorded is refused. The enums of include/zero/gen belong to the tables.

FNR == 1 {
  take_file()
  file = FILENAME
  text = ""
}

{ text = text $0 "\n" }

END {
  take_file()
  if (!function_count) refuse("no function is declared ZERO_API")
  if (refused) exit 1
  if (want == "names") for (i = 1; i <= function_count; i++) print names[i]
  else if (want == "script") print_script()
  else if (want == "program") print_program()
  else exit 2
}

function refuse(why) {
  printf "%s: %s\n", file, why > "/dev/stderr"
  refused = 1
}

# Leaves pieces that end with `;`, `{` or `}`, and takes each by what is open
# around it.
function take_file(    count, i, piece, pieces) {
  if (text == "") return
  text = without_comments(text)
  gsub(/\\\n/, " ", text)
  gsub(/(^|\n)[ \t]*#[^\n]*/, "\n", text)
  gsub(/[ \t\n]+/, " ", text)
  gsub(/[;{}]/, "&\n", text)
  count = split(text, pieces, "\n")
  depth = 0
  for (i = 1; i <= count; i++) {
    piece = pieces[i]
    sub(/^ /, "", piece)
    take_piece(piece)
  }
}

function without_comments(rest,    kept, at) {
  kept = ""
  while ((at = index(rest, "/*")) > 0) {
    kept = kept substr(rest, 1, at - 1) " "
    rest = substr(rest, at + 2)
    rest = substr(rest, index(rest, "*/") + 2)
  }
  return kept rest
}

function take_piece(piece) {
  if (piece ~ /\{$/) {
    begin(piece)
  } else if (piece ~ /\}$/) {
    if (open[depth] == "enum") take_constants(piece)
    depth--
  } else if (depth > 0 && open[depth] == "struct") {
    if (piece ~ /;$/) take_fields(piece)
  } else if (depth > 0 && open[depth] != "extern") {
    return
  } else if (piece ~ /(^| )ZERO_API /) {
    take_function(piece)
  } else if (piece ~ /^typedef .*\(/) {
    take_callback(piece)
  }
}

function begin(piece,    around) {
  around = depth > 0 ? open[depth] : "extern"
  open[++depth] = "body"
  if (piece ~ /^extern "C"/) {
    open[depth] = "extern"
  } else if (piece ~ /^(typedef )?enum[^()]*\{$/) {
    open[depth] = "enum"
  } else if (piece ~ /^(typedef )?(struct|union)[^()]*\{$/) {
    if (around == "struct") refuse("a struct inside of " type)
    open[depth] = "struct"
    sub(/^typedef /, "", piece)
    sub(/ ?\{$/, "", piece)
    type = piece
    if (type !~ /^(struct|union) zero_[a-z0-9_]+$/) {
      refuse("a struct without a tag: " type)
    }
    facts[++fact_count] = "type " type
  }
}

function take_constants(piece,    i, count, parts) {
  if (file ~ /\/gen\//) return
  sub(/ ?\}$/, "", piece)
  count = split(piece, parts, ",")
  for (i = 1; i <= count; i++) {
    sub(/^ /, "", parts[i])
    sub(/[^A-Za-z0-9_].*/, "", parts[i])
    if (parts[i] != "") facts[++fact_count] = "constant " parts[i]
  }
}

function take_fields(piece,    i, count, parts) {
  sub(/ ?;$/, "", piece)
  if (piece ~ /:/) refuse("a bit field in " type ": " piece)
  if (match(piece, /\(\*[a-z0-9_]+\)/)) {
    take_field(substr(piece, RSTART + 2, RLENGTH - 3))
    return
  }
  count = split(piece, parts, ",")
  for (i = 1; i <= count; i++) take_field(parts[i])
}

function take_field(name) {
  gsub(/ ?\[[^\]]*\] ?/, "", name)
  sub(/.*[ *]/, "", name)
  facts[++fact_count] = "field " type " " name
}

function take_function(piece) {
  gsub(/(ZERO_API|ZERO_MUST_USE|extern) /, "", piece)
  sub(/;$/, "", piece)
  if (!match(piece, /zero_[a-z0-9_]+ ?\(/)) {
    refuse("ZERO_API declares no function zero_...: " piece)
    return
  }
  names[++function_count] = substr(piece, RSTART, RLENGTH - 1)
  sub(/ $/, "", names[function_count])
  if (names[function_count] ~ /^zero__/) {
    refuse(names[function_count] " is a name inside of the library")
  }
  declared[function_count] = piece
}

function take_callback(piece) {
  sub(/^typedef /, "", piece)
  sub(/;$/, "", piece)
  facts[++fact_count] = "callback " piece
}

function print_script(    i) {
  print "ZERO_0 {"
  print "  global:"
  for (i = 1; i <= function_count; i++) print "    " names[i] ";"
  print "  local:"
  print "    *;"
  print "};"
}

function print_program(    i, part) {
  print "#include <stddef.h>"
  print "#include <stdio.h>"
  print "#include \"zero.h\""
  print "int main(void) {"
  for (i = 1; i <= function_count; i++) {
    printf "  puts(\"function %s: %s\");\n", names[i], declared[i]
  }
  for (i = 1; i <= fact_count; i++) {
    split(facts[i], part, " ")
    if (part[1] == "callback") printf "  puts(\"%s\");\n", facts[i]
    else if (part[1] == "type") print_type(part[2] " " part[3])
    else if (part[1] == "field") print_field(part[2] " " part[3], part[4])
    else print_constant(part[2])
  }
  print "  return 0;"
  print "}"
}

function print_type(name) {
  printf "  printf(\"%s: size %%zu, align %%zu\\n\",", name
  printf " sizeof(%s), _Alignof(%s));\n", name, name
}

function print_field(name, field) {
  printf "  printf(\"%s.%s: offset %%zu, size %%zu\\n\",", name, field
  printf " offsetof(%s, %s), sizeof(((%s *)0)->%s));\n", \
         name, field, name, field
}

function print_constant(name) {
  printf "  printf(\"constant %s: %%lld\\n\", (long long)%s);\n", name, name
}
