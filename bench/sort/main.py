# Merge sort: a million numbers from a simple generator, sorted in the
# language itself, each run a new list.


def merge(xs, ys):
    out = []
    i = j = 0
    nx = len(xs)
    ny = len(ys)
    while i < nx and j < ny:
        x = xs[i]
        y = ys[j]
        if x <= y:
            out.append(x)
            i += 1
        else:
            out.append(y)
            j += 1
    out += xs[i:]
    out += ys[j:]
    return out


def merge_sort(xs):
    if len(xs) < 2:
        return xs
    middle = len(xs) // 2
    return merge(merge_sort(xs[:middle]), merge_sort(xs[middle:]))


def main():
    xs = []
    seed = 42
    for _ in range(1000000):
        seed = seed * 16807 % 2147483647
        xs.append(seed)
    # A sum that depends on the order.
    total = 0
    for index, x in enumerate(merge_sort(xs), 1):
        total = (total + x * index) % 1000003
    print(total)


main()
