# Results: a thousand inputs, v0.1 and v1, successes and failures mixed, each
# sent through a chain of four steps, 1,000 times over. One step returns v0.1.
# A result is (6, "ok", value); in v0.1 it is ("ok", value).


def ok(value):
    return (6, "ok", value)


def err(why):
    return (6, "err", why)


def v1(result):
    """The v1 form of a result of either version."""
    head = result[0]
    if head == 6:
        return result
    if head == "ok" or head == "HostOk":
        return ok(result[1])
    if head == "err":
        return err(result[1])
    raise ValueError("no result")


def result_then(f, result):
    result = v1(result)
    if result[1] == "ok":
        return f(result[2])
    return result


def result_map(f, result):
    result = v1(result)
    if result[1] == "ok":
        return ok(f(result[2]))
    return result


def result_or(result, default):
    result = v1(result)
    if result[1] == "ok":
        return result[2]
    return default


def make_input(n):
    kind = n % 5
    if kind == 0:
        return ("ok", n)
    if kind == 1:
        return ok(n)
    if kind == 2:
        return ("HostOk", n)
    if kind == 3:
        return (6, "ok", n)
    if n % 2 == 0:
        return ("err", "refused")
    return err("refused")


def halve(n):
    if n % 2 == 0:
        return ok(n // 2)
    return ok(n * 3 + 1)


def limit(n):
    if n < 2500:
        return ("ok", n)
    return ("err", "too large")


def add_two(n):
    return n + 2


def refuse_sevens(n):
    if n % 7 == 0:
        return err("seven")
    return ok(n + 1)


def chain(result):
    result = result_then(halve, result)
    result = result_then(limit, result)
    result = result_map(add_two, result)
    return result_or(result_then(refuse_sevens, result), 1)


def main():
    inputs = [make_input(n) for n in range(1000)]
    total = 0
    for _ in range(1000):
        for result in inputs:
            total += chain(result)
    print(total)


main()
