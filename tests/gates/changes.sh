# changes.sh - one change at a time in a copy of the tree, and what the gates
# say of it; sourced by tests/gate-test at the root of the tree.

# Thousands of small writes: in memory where that can be.
scratch=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
said=$scratch/said
tab=$(printf '\t')
caught=0
tried=0
tool=build/abi-generate

mkdir -p "$tree"
git ls-files -z --cached --others --exclude-standard |
  xargs -0 sh -c 'for file; do [ -f "$file" ] && printf "%s\0" "$file"; done' \
    copy | tar -cf - --null -T - | tar -xf - -C "$tree"
cd "$tree" || exit 1
make -s $tool || exit 1
cp -R abi "$scratch/abi"
git init -q . && git add -A || exit 1

# restore: everything as it was, but for what git ignores: what was built.
restore() {
  git checkout -q -- .
  git clean -fdq
}

generate() { $tool abi . >"$said" 2>&1; }
gate() { $tool --gate "$1" abi . >>"$said" 2>&1; }

section() { printf '%5d of %5d  %s\n' "$caught" "$tried" "$1"; }

# judge GOOD CLAIM PLACE...: counts a change; it is caught where GOOD is 0 and
# each PLACE was said.
judge() {
  tried=$((tried + 1))
  reason=
  [ "$1" -eq 0 ] || reason='the gate is not as it should be'
  claim=$2
  shift 2
  for place in "$@"; do
    grep -qF -e "$place" "$said" || reason="no message says '$place'"
  done
  if [ -z "$reason" ]; then
    caught=$((caught + 1))
  else
    printf 'survived: %s: %s\n' "$claim" "$reason"
    tail -n 5 "$said" | sed 's/^/  /'
  fi
}

# red GATE, green GATE: succeeds where the gate refuses, allows.
red() {
  gate "$1"
  [ $? -eq 1 ]
}
green() { gate "$1"; }

# refused CLAIM PLACE...: the tree as it is now, once generated, is refused.
refused() {
  generate
  red layout
  judge $? "$@"
  restore
}

# allowed CLAIM WORD: it is not, and the gate says WORD of it.
allowed() {
  generate
  green layout
  judge $? "$@"
  restore
}

# edit FILE AWK-PROGRAM [VARIABLE=VALUE...]: rewrites a file.
edit() {
  file=$1
  program=$2
  shift 2
  for each in "$@"; do
    set -- "$@" -v "$each"
    shift
  done
  awk "$@" "$program" "$file" >"$scratch/edited" && cp "$scratch/edited" "$file"
}

# put FILE LINE COLUMN TEXT: writes a cell.
put() {
  TEXT=$4 edit "$1" 'BEGIN { FS = OFS = "\t" }
    NR == line { $column = ENVIRON["TEXT"] } { print }' \
    "line=$2" "column=$3"
}

without() { edit "$1" 'NR != line' "line=$2"; }

# changes FILE: line, column, its name and a new text for each cell but
# free text: a damaged one, what the next row with another says, and none.
changes() {
  awk -F '\t' '
    { rows = NR; for (i = 1; i <= NF; i++) at[NR, i] = $i; columns = NF }
    function say(row, column, text) {
      if (text == at[row, column] || (row, column, text) in said) return
      said[row, column, text] = 1
      printf "%d\t%d\t%s\t%s\n", row, column, at[1, column], text
    }
    END {
      for (row = 2; row <= rows; row++) {
        for (column = 1; column <= columns; column++) {
          text = at[row, column]
          if (at[1, column] == "doc") continue
          if (text ~ /^[0-9]+$/) say(row, column, text + 1)
          else if (text ~ /^[A-Z0-9]/) say(row, column, "X" text)
          else if (text == "-") say(row, column, "x")
          else say(row, column, "x" text)
          for (next_row = row + 1; next_row <= rows; next_row++) {
            if (at[next_row, column] != text) break
          }
          if (next_row > rows) next_row = 2
          say(row, column, at[next_row, column])
          say(row, column, "-")
        }
      }
    }' "$1"
}

# gate_of VALUE: the focused gate that covers a family, nothing where none.
gate_of() {
  awk -F '\t' -v value="$1" '
    FNR == 1 { for (i = 1; i <= NF; i++) at[FILENAME, $i] = i; next }
    $at[FILENAME, "value"] != value { next }
    FILENAME ~ /gates/ { print $at[FILENAME, "gate"] }
    $at[FILENAME, "current_status"] == "implemented-v1-core" {
      print "v1-layout"
    }' "$scratch/abi/value-layouts.tsv" "$scratch/abi/gates.tsv"
}

# cell TABLE LINE COLUMN NAME TEXT: the change of a cell is seen by the gate
# of all families and by the focused one of its family.
cell() {
  claim="abi/$1.tsv:$2:$3: $4 is '$5'"
  place="abi/$1.tsv:$2:$3: $4"
  value=
  [ "$1" = ownership ] ||
    value=$(sed -n "$2p" "abi/$1.tsv" | cut -f 1)
  put "abi/$1.tsv" "$2" "$3" "$5"
  generate
  red layout
  judge $? "$claim" "$place"
  focused=${value:+$(gate_of "$value")}
  if [ -n "$focused" ]; then
    : >"$said"
    red "$focused"
    judge $? "$claim ($focused)" "$place"
  fi
  restore
}

cells_of() {
  changes "$scratch/abi/$1.tsv" >"$scratch/changes"
  while IFS=$tab read -r line column name text; do
    cell "$1" "$line" "$column" "$name" "$text"
  done <"$scratch/changes"
  section "cells of abi/$1.tsv"
}

lines() { wc -l <"$1" | tr -d ' '; }

# insert TABLE LINE ROW...: a new row behind a line.
insert() {
  ROW=$3 edit "abi/$1.tsv" '{ print } NR == line { print ENVIRON["ROW"] }' \
    "line=$2"
}

# stale FILE: as it is now it is not what the tables say.
stale() {
  : >"$said"
  red layout
  judge $? "$1: changed by hand" "$1:"
  restore
}

# behaves CLAIM GATE PLACE: the tree as it is now does not build, or what it
# builds is refused by the gate.
behaves() {
  ! { make -s -j2 build/release/zero build/release/libzero.a &&
    tests/gates/run "$2" build/release; } >"$said" 2>&1
  judge $? "$1 ($2)" "$3"
  restore
}
