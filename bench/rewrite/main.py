# A tree of tagged values, as a compiler has it: an expression of 65,536
# leaves is built, simplified into a new tree, counted and evaluated, eight
# times.


def expression(depth, n):
    if depth == 0:
        if n % 3 == 0:
            return ("variable",)
        return ("number", n % 4)
    return (
        "add" if n % 2 == 0 else "multiply",
        expression(depth - 1, n * 2),
        expression(depth - 1, n * 2 + 1),
    )


def is_number(node, value):
    return node[0] == "number" and node[1] == value


def add(a, b):
    if is_number(a, 0):
        return b
    if is_number(b, 0):
        return a
    return ("add", a, b)


def multiply(a, b):
    if is_number(a, 0) or is_number(b, 1):
        return a
    if is_number(b, 0) or is_number(a, 1):
        return b
    return ("multiply", a, b)


def simplify(node):
    match node:
        case ("add", a, b):
            return add(simplify(a), simplify(b))
        case ("multiply", a, b):
            return multiply(simplify(a), simplify(b))
    return node


def count(node):
    match node:
        case (_, a, b):
            return 1 + count(a) + count(b)
    return 1


def evaluate(node, x):
    match node:
        case ("number", n):
            return n
        case ("variable",):
            return x
        case ("add", a, b):
            return (evaluate(a, x) + evaluate(b, x)) % 10007
        case ("multiply", a, b):
            return evaluate(a, x) * evaluate(b, x) % 10007


def main():
    total = 0
    for n in range(8, 0, -1):
        node = simplify(expression(16, n))
        total += count(node) * 10007 + evaluate(node, n)
    print(total)


main()
