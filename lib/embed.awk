# embed.awk - awk -f lib/embed.awk FILE.0x0...: lib/core as C, its texts and
# an index of its names, for runtime/check/checker.h.
#
# A file that has an export list, (↦ name…), at the beginning of a line gives
# the names in it; any other file gives the functions that are defined at the
# beginning of a line. Names that begin with % are a file's own.
# tests/test_core.c compares the index with the files.
#
# Comments and documentation are for readers of the files: only the ends of
# their lines are kept.

function quoted(text) {
  gsub(/\\/, "\\\\\\\\", text)
  gsub(/"/, "\\\"", text)
  gsub(/\?/, "\\?", text)
  return "\"" text "\\n\""
}

# Keeps the names in order: runtime/check/package.c halves them.
function add(name, at) {
  if (name ~ /^%./) return
  for (at = ++names; at > 1 && names_of[at - 1] > name; at--) {
    names_of[at] = names_of[at - 1]
    file_of[at] = file_of[at - 1]
  }
  names_of[at] = name
  file_of[at] = file
}

function close_file(i, count, part) {
  if (file < 0) return
  printf "     , %d},\n", size
  count = exports != "" ? split(exports, part, " ") : defined
  for (i = 1; i <= count; i++) add(exports != "" ? part[i] : definition[i])
}

BEGIN {
  file = -1
  print "/* core_text.c - lib/core, written by lib/embed.awk. */"
  print "#include \"check/checker.h\"\n"
  print "const struct zero_core_file zero__core_files[] = {"
}

FNR == 1 {
  close_file()
  file++
  size = defined = 0
  exports = ""
  base = FILENAME
  sub(/^.*\//, "", base)
  sub(/\.0x0$/, "", base)
  printf "    {\"core:%s\",\n", base
}

/^;/ || /^  \(doc ".*"\)$/ {
  $0 = ""
}

{
  print "     " quoted($0)
  size += length($0) + 1
}

/^\((ƒ|fn) / {
  definition[++defined] = $2
}

/^\((↦|export) / {
  in_exports = 1
  sub(/^\((↦|export) /, "")
}

in_exports {
  closes = index($0, ")") > 0
  sub(/\).*/, "")
  exports = exports " " $0
  if (closes) in_exports = 0
}

END {
  close_file()
  print "};\n"
  printf "const unsigned zero__core_file_count = %d;\n\n", file + 1
  print "const struct zero_core_name zero__core_names[] = {"
  for (i = 1; i <= names; i++) {
    printf "    {\"%s\", %d},\n", names_of[i], file_of[i]
  }
  print "};\n"
  printf "const unsigned zero__core_name_count = %d;\n", names
}
