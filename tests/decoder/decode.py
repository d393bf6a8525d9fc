#!/usr/bin/env python3
"""decode.py - reads what Zero prints. Written from docs/layouts.md alone.

    decode.py [FAMILY] <VALUES

Reads a printed value from each line and prints its family, its variant and
its fields; with FAMILY, what is read where that family was asked for. Knows
nothing of the runtime and nothing of the tables in abi/.
"""

import re
import sys

# The layouts that this reader was written for.
SHAPE_HASH = "044df682ee10ea73"


class Refused(Exception):
    """The value has no such part; `code` is the same as Zero's."""

    def __init__(self, code, reason):
        super().__init__(f"{code}: {reason}")
        self.code = code


class Value:
    """A value: its family, its variant or None, its text as printed; `atom` if
    it is not a list, `items` if it is."""

    def __init__(self, family, text, atom=None, items=None, variant=None):
        self.family = family
        self.text = text
        self.atom = atom
        self.items = items
        self.variant = variant

    @property
    def fields(self):
        return self.items[2:] if self.variant else self.items or []


def check_shape(shape):
    """Refuses the values of a library that has other layouts."""
    if shape != SHAPE_HASH:
        raise Refused("SHAPE", f"values of shape {shape}; this reads "
                               f"{SHAPE_HASH}")


# --- types --------------------------------------------------------------------


class Type:
    """The types of a field: families by name, or any if there are none;
    `item` of List(T) and Option(T); `rule` of the value and its record."""

    def __init__(self, *families, item=None, rule=None):
        self.families = families
        self.item = item
        self.rule = rule

    def fits(self, value, fields):
        return (self.accepts(value) and self.content_fits(value) and
                (self.rule is None or self.rule(value, fields)))

    def accepts(self, value):
        if not self.families or value.family in self.families:
            return True
        return "List" in self.families and value.items is not None

    def content_fits(self, value):
        if self.item is None:
            return True
        if "Option" in self.families and value.family == "Option":
            inside = value.fields
        else:
            inside = value.items or []
        return all(self.item.fits(one, inside) for one in inside)


def one_of(*words):
    return Type("Text", rule=lambda value, _: value.atom in words)


def are_entries(value, _):
    keys = set()
    for entry in value.items:
        if entry.items is None or len(entry.items) != 2:
            return False
        key = entry.items[0]
        if key.family not in ("I64", "Text", "Bool", "Unit"):
            return False
        keys.add(key.text)
    return len(keys) == len(value.items)


def are_bytes(value, _):
    return all(item.family == "I64" and 0 <= item.atom <= 255
               for item in value.items)


def normal_form(path):
    """The path in normal form, or None."""
    root = next((r for r in ("/", "pkg:") if path.startswith(r)), "")
    parts = []
    for part in path[len(root):].split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    normal = root + "/".join(parts)
    if not root and normal.startswith("pkg:"):
        return None
    return normal if parts or root == "/" else root + "."


def has_normal_form(value, _):
    return normal_form(value.atom) is not None


def is_normal(value, fields):
    text = fields[0]
    return not value.atom or (text.family == "Text" and
                              normal_form(text.atom) == text.atom)


def matches(pattern):
    return lambda value, _: re.fullmatch(pattern, value.atom) is not None


ANY = Type()
TEXT = Type("Text")
I64 = Type("I64")
MAP = Type("Map")
TEXTS = Type("List", item=TEXT)
CAUSE = Type("Option", item=Type("Error", "RuntimeError"))
STREAMS = Type("List", item=Type("Handle", "Unit"))
PATH = Type("Text", rule=has_normal_form)
NORMAL = Type("Bool", rule=is_normal)
SHA256 = Type("Text", rule=matches("[0-9a-f]{64}"))
PROOF = Type("Text", rule=matches("none|ed25519:[0-9a-f]{128}"))
LIFE = one_of("open", "borrowed", "moved", "closed")

# --- families -----------------------------------------------------------------

# Of each tag its family, and of each variant the types of its fields.
FAMILIES = {
    5: ("Option", {"some": [ANY], "none": []}),
    6: ("Result", {"ok": [ANY], "err": [ANY]}),
    7: ("Map", {"map": [Type("List", rule=are_entries)]}),
    8: ("Bytes", {"bytes": [Type("List", rule=are_bytes)]}),
    9: ("Error", {"error": [TEXT, TEXT, CAUSE, MAP]}),
    10: ("Path", {"path": [PATH, one_of("file", "directory", "package"),
                           NORMAL]}),
    11: ("Handle", {"handle": [TEXT, I64, LIFE]}),
    12: ("Protocol", {"protocol": [TEXT, I64, TEXT, TEXTS]}),
    13: ("Actor", {"actor": [TEXT, TEXT, TEXT]}),
    14: ("RemoteActor", {"remote-actor": [TEXT, TEXT, TEXTS]}),
    15: ("Live", {"live": [TEXT, TEXT, I64, ANY]}),
    16: ("ProcessHandle", {"process-handle": [
        I64, one_of("running", "exited", "signaled", "borrowed", "moved",
                    "closed"), STREAMS]}),
    17: ("SocketHandle", {"socket-handle": [
        TEXT, one_of("stream", "datagram", "listener"),
        one_of("open", "listening", "connected", "shutdown", "borrowed",
               "moved", "closed")]}),
    18: ("RuntimeError", {"runtime-error": [TEXT, TEXT, TEXT, MAP]}),
    19: ("HardwareEvidence", {"hardware-evidence": [TEXT, TEXT, SHA256,
                                                    PROOF]}),
}

TAGS = {name: tag for tag, (name, _) in FAMILIES.items()}

CODES = {
    "Unit": "LAYOUT_UNIT",
    "Bool": "LAYOUT_BOOL",
    "I64": "LAYOUT_I64",
    "Text": "LAYOUT_TEXT",
    "List": "LAYOUT_LIST",
    "Option": "LAYOUT_OPTION",
    "Result": "LAYOUT_RESULT",
    "Map": "LAYOUT_MAP",
    "Bytes": "LAYOUT_BYTES",
    "Error": "LAYOUT_ERROR",
    "Path": "LAYOUT_PATH",
    "Handle": "LAYOUT_HANDLE",
    "Protocol": "LAYOUT_PROTOCOL",
    "Actor": "LAYOUT_ACTOR",
    "RemoteActor": "LAYOUT_REMOTE_ACTOR",
    "Live": "LAYOUT_LIVE",
    "ProcessHandle": "LAYOUT_PROCESS_HANDLE",
    "SocketHandle": "LAYOUT_SOCKET_HANDLE",
    "RuntimeError": "LAYOUT_RUNTIME_ERROR",
    "HardwareEvidence": "LAYOUT_HARDWARE_EVIDENCE",
}


def variant_of(items):
    """Family and variant of a list of these items, or None."""
    if len(items) < 2 or items[0].family != "I64" or items[1].family != "Text":
        return None
    family, variants = FAMILIES.get(items[0].atom, (None, {}))
    types = variants.get(items[1].atom)
    fields = items[2:]
    if types is None or len(types) != len(fields):
        return None
    if not all(t.fits(v, fields) for t, v in zip(types, fields)):
        return None
    return family, items[1].atom


def list_of(items):
    text = "(list" + "".join(" " + item.text for item in items) + ")"
    family, variant = variant_of(items) or ("List", None)
    return Value(family, text, items=items, variant=variant)


# --- reading ------------------------------------------------------------------

TOKEN = re.compile(r"""
    (?P<open> \(list (?=[ )])) | (?P<close> \)) |
    (?P<number> -?[1-9][0-9]* | 0) |
    (?P<text> "(?: [^"\\\x00-\x1f\x7f] | \\["\\ntr] |
                   \\u\{(?: [1-9a-f] | 1[0-9a-f] | 7f )\} )*") |
    (?P<word> Unit | true | false)
    """, re.VERBOSE)

ESCAPE = re.compile(r'\\(u\{([0-9a-f]+)\}|.)')
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
WORDS = {"Unit": ("Unit", None), "true": ("Bool", True),
         "false": ("Bool", False)}


def unescape(match):
    if not match[2]:
        return ESCAPED[match[1]]
    if match[1] in ("u{9}", "u{a}", "u{d}"):
        raise Refused("SYNTAX", f"{match[0]} has an escape of its own")
    return chr(int(match[2], 16))


def atom_of(kind, text):
    if kind == "number":
        number = int(text)
        if not -2**63 <= number < 2**63:
            raise Refused("SYNTAX", f"{text} does not fit in 64 bits")
        return Value("I64", text, number)
    if kind == "text":
        return Value("Text", text, ESCAPE.sub(unescape, text[1:-1]))
    family, atom = WORDS[text]
    return Value(family, text, atom)


def decode(source):
    """The value that `source` prints; Refused if it prints none."""
    open_lists = []
    at = 0
    while True:
        token = TOKEN.match(source, at)
        if token is None:
            rest = source[at:at + 20]
            raise Refused("SYNTAX", f"no value begins at {rest!r}")
        at = token.end()
        if token.lastgroup == "open":
            open_lists.append([])
        elif token.lastgroup != "close":
            value = atom_of(token.lastgroup, token[0])
            if not open_lists:
                break
            open_lists[-1].append(value)
        elif not open_lists or source[at - 2] == " ":
            raise Refused("SYNTAX", "a parenthesis too many")
        else:
            value = list_of(open_lists.pop())
            if not open_lists:
                break
            open_lists[-1].append(value)
        if source[at:at + 1] == " ":
            at += 1
        elif source[at:at + 1] != ")":
            raise Refused("SYNTAX", "a list continues after a space")
    if at != len(source):
        raise Refused("SYNTAX", f"{source[at:at + 20]!r} follows the value")
    return value


# --- v0.1 ---------------------------------------------------------------------

# Of each head: family and variant it reads as, how many items follow, and
# the family and variant whose first fields they are.
SHAPES = {
    "some": ("Option", "some", 1, "Option", "some"),
    "none": ("Option", "none", 0, "Option", "none"),
    "ok": ("Result", "ok", 1, "Result", "ok"),
    "err": ("Result", "err", 1, "Result", "err"),
    "map": ("Map", "map", 1, "Map", "map"),
    "bytes": ("Bytes", "bytes", 1, "Bytes", "bytes"),
    "error": ("Error", "error", 4, "Error", "error"),
    "HostOk": ("Result", "ok", 1, "Result", "ok"),
    "HostErr": ("Result", "err", 3, "RuntimeError", "runtime-error"),
}


def shape_of(value, families):
    """The row of SHAPES for a List, if it is of one of the families."""
    if value.family != "List" or not value.items:
        return None
    head = value.items[0]
    shape = SHAPES.get(head.atom) if head.family == "Text" else None
    if shape is None or shape[0] not in families:
        return None
    return shape if len(value.items) == shape[2] + 1 else None


def make(family, variant, fields):
    """The value of these fields, or None if they do not fit."""
    tag = TAGS[family]
    head = [atom_of("number", str(tag)), atom_of("text", f'"{variant}"')]
    made = list_of(head + fields)
    return made if made.family == family else None


def read_old(value, shape, item):
    """The v1 value of a v0.1 List, or None. `item`: the type of what an Option
    must hold, if one was asked for."""
    family, variant, _, of_family, of_variant = shape
    types = FAMILIES[TAGS[of_family]][1][of_variant]
    fields = []
    for type_, field in zip(types, value.items[1:]):
        if of_family == "Option" and item is not None:
            type_ = item
        inner = shape_of(field, type_.families)
        if inner is not None:
            field = read_old(field, inner, type_.item)
            if field is None:
                return None
        fields.append(field)
    if of_family == family:
        return make(family, variant, fields)
    empty_map = make("Map", "map", [list_of([])])
    record = make(of_family, of_variant, fields + [empty_map])
    return record and make(family, variant, [record])


def read(value, family):
    """The value if `family` was asked for; Refused with its code."""
    if value.family == family:
        return value
    shape = shape_of(value, (family,))
    made = read_old(value, shape, None) if shape else None
    if made is None:
        raise Refused(CODES[family], f"this is no {family}: {value.text}")
    return made


def main():
    for line in sys.stdin:
        try:
            value = decode(line.rstrip("\n"))
            if len(sys.argv) > 1:
                value = read(value, sys.argv[1])
            print(value.family, value.variant or "-",
                  *(field.text for field in value.fields), sep="\t")
        except Refused as refused:
            print("!" + str(refused))


if __name__ == "__main__":
    main()
