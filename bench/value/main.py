# A large value: 40,000 records of options, results, maps, texts and lists
# are built, each is validated, and all are printed as one line of source.
# Options, results and maps are tagged tuples as in 0x0.


def record(n):
    return (
        n,
        "line " + str(n) + '\tof "many"\n',
        (5, "none") if n % 3 == 0 else (5, "some", n * n),
        (6, "err", "fourth") if n % 4 == 0 else (6, "ok", (n, n % 2 == 0)),
        (7, "map", (("id", n), ("next", (5, "some", n + 1)))),
    )


def is_option(value):
    match value:
        case (5, "some", _) | (5, "none"):
            return True
    return False


def is_result(value):
    match value:
        case (6, "ok" | "err", _):
            return True
    return False


def is_map(value):
    match value:
        case (7, "map", entries):
            seen = set()
            for entry in entries:
                if len(entry) != 2 or not isinstance(entry[0], (str, int)):
                    return False
                seen.add(entry[0])
            return len(seen) == len(entries)
    return False


def is_record(value):
    match value:
        case (int(), str(), option, result, fields):
            return is_option(option) and is_result(result) and is_map(fields)
    return False


ESCAPES = str.maketrans(
    {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
)


def put(value, out):
    if isinstance(value, tuple):
        out.append("(list")
        for item in value:
            out.append(" ")
            put(item, out)
        out.append(")")
    elif isinstance(value, str):
        out.append('"' + value.translate(ESCAPES) + '"')
    elif isinstance(value, bool):
        out.append("true" if value else "false")
    else:
        out.append(str(value))


def main():
    value = tuple([record(n) for n in range(1, 40001)])
    if not all(map(is_record, value)):
        raise ValueError("a record is not valid")
    out = []
    put(value, out)
    print("".join(out))


main()
