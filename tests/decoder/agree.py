#!/usr/bin/env python3
"""agree.py - compares decode.py with the runtime (values.c).

Reads the runtime's lines; each is a claim. Then a few texts that print no
value, which must be refused. Ends with `N passed, N failed`.
"""

import sys

import decode

# Not what Zero prints, though some of it is source text.
NOT_PRINTED = [
    "", " ", "(list", "(list ", "list)", "()", "(list )", "(list  1)", "( list)",
    "(list 1 )", "(list 1)2", "(list 1) ", " (list 1)", "(list(list))", "1 2",
    "01", "-0", "+1", "0x10", "1.5", "9223372036854775808",
    "-9223372036854775809", "unit", "True", "nil", "#<function +>", "'a'",
    '"', '"a', 'a"', '"a\nb"', '"\\q"', '"\\u{0}"', '"\\u{A}"', '"\\u{9}"',
    '"\\u{01}"', '"\\u{61}"', '"\\u{1F}"', '"\x7f"', '(list "a"b)', "(lists 1)",
    "(cons 1 (list))", "; 1", "(list 1))",
]


def is_right(cells):
    kind = cells[0]
    if kind == "is":
        value = decode.decode(cells[3])
        return ([value.family, value.variant or "-", value.text] +
                [field.text for field in value.fields] == cells[1:])
    if kind == "read":
        try:
            answer = decode.read(decode.decode(cells[2]), cells[1]).text
        except decode.Refused as refused:
            answer = "!" + refused.code
        return answer == cells[3]
    if kind == "shape":
        decode.check_shape(cells[1])
        return True
    return False


def is_refused(text):
    try:
        decode.decode(text)
    except decode.Refused as refused:
        return refused.code == "SYNTAX"
    return False


def main():
    passed = failed = 0
    families = set()
    refused = 0
    lines = sys.stdin.read().split("\n")
    for line in lines[:-1]:
        cells = line.split("\t")
        try:
            right = is_right(cells)
        except decode.Refused as wrong:
            right = False
            print(wrong)
        families.add(cells[1])
        refused += cells[-1].startswith("!")
        passed += right
        failed += not right
        if not right and failed <= 20:
            print("failed:", line)
    for text in NOT_PRINTED:
        right = is_refused(text)
        passed += right
        failed += not right
        if not right:
            print("failed: it is no printed value:", repr(text))
    whole = families.issuperset(decode.CODES) and refused > 1000
    if not whole or lines[-1] != "":
        print("failed: the runtime's lines do not cover everything")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
