# parts.sh - adds up what the parts of a test run say; sourced by sh scripts.
#
# A part is a command whose last line is `N passed, N failed`. One that
# crashes, says nothing or is missing counts as one failure, and what it
# printed is shown. Set `logs` to a folder before the first part.

passed=0
failed=0

# count_part NAME STATUS LINE: adds LINE's numbers, never less than STATUS
# says.
count_part() {
  part_passed=$(printf '%s\n' "$3" |
    sed -n 's/^\([0-9][0-9]*\) passed, [0-9][0-9]* failed$/\1/p')
  part_failed=$(printf '%s\n' "$3" |
    sed -n 's/^[0-9][0-9]* passed, \([0-9][0-9]*\) failed$/\1/p')
  if [ -z "$part_passed" ]; then
    part_passed=0
    part_failed=1
  elif [ "$2" -ne 0 ] && [ "$part_failed" -eq 0 ]; then
    part_failed=1
  elif [ "$part_passed" -eq 0 ] && [ "$part_failed" -eq 0 ]; then
    part_failed=1
  fi
  passed=$((passed + part_passed))
  failed=$((failed + part_failed))
  printf '%-12s %d passed, %d failed\n' "$1" "$part_passed" "$part_failed"
}

# part NAME COMMAND...: a command that counts for itself.
part() {
  name=$1
  shift
  log=$logs/$name.log
  mkdir -p "$logs"
  "$@" >"$log" 2>&1
  status=$?
  count_part "$name" "$status" "$(tail -n 1 "$log")"
  [ "$part_failed" -eq 0 ] || sed "s/^/  $name: /" "$log"
}

# claim NAME COMMAND...: a command that is right or wrong as a whole.
claim() {
  name=$1
  shift
  log=$logs/$name.log
  mkdir -p "$logs"
  if "$@" >"$log" 2>&1; then
    count_part "$name" 0 '1 passed, 0 failed'
  else
    count_part "$name" 1 '0 passed, 1 failed'
    sed "s/^/  $name: /" "$log"
  fi
}

# criterion COMMAND...: C tests; the last line is their sum, tests that crashed
# included. `log` is where what they said is kept.
criterion() {
  "$@" --always-succeed 2>&1 | tee "$log.said"
  awk '/Synthesis/ {
    gsub(/[^0-9]+/, " ")
    split($0, n, " ")
    line = n[2] " passed, " n[3] + n[4] " failed"
    whole = n[1] == n[2] + n[3] + n[4]
  } END { print whole ? line : "0 passed, 1 failed" }' "$log.said"
}

# total: the last line; its status is that of the run.
total() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
