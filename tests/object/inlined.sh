#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: inlined.sh OBJECT
# Proves on a compiled object that the loop over samples holds no call and works in packed instructions. The loop is
# found by what it alone does: it multiplies packed floats and turns an error into double for the loss.
set -eu
case $(uname -m) in
  x86_64) ;;
  *) echo "skipped: the disassembly is read for x86-64 only"; exit 77 ;;
esac
command -v objdump >/dev/null || { echo "skipped: objdump is not installed"; exit 77; }

objdump -d --no-show-raw-insn "$1" | awk '
  /^[0-9a-f]+ <.*>:$/ { count = 0; next }                       # a function begins
  /^ +[0-9a-f]+:\t/ {
    split($1, label, ":"); address[count] = label[1]; text[count] = $0; where[label[1]] = count
    jump = $2 ~ /^j/ && $3 in where && where[$3] <= count && address[where[$3]] == $3
    if (jump) {                                                 # a backward jump closes a loop
      packed = calls = widened = inner = 0
      for (n = where[$3]; n < count; ++n) {
        if (text[n] ~ /\tv?mulps|\tvfn?m(add|sub)[0-9]+ps/) ++packed
        if (text[n] ~ /\tcall/) ++calls
        if (text[n] ~ /\tv?cvtss2sd/) ++widened
        if (closes[n]) inner = 1
      }
      closes[count] = 1
      if (!inner && widened && packed) {
        ++loops
        printf "loop over samples at %s: %d packed multiplications, %d calls\n", $3, packed, calls
        if (calls) bad = 1
      }
    }
    ++count
    delete closes[count]
  }
  END {
    if (!loops) { print "no loop over samples in packed instructions was found"; exit 1 }
    exit bad
  }'
