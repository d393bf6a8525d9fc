# Allocation: binary trees of depth up to 16, built, counted and dropped.
# A tree is a tuple of two trees, or of nothing.


def tree(depth):
    if depth == 0:
        return (None, None)
    return (tree(depth - 1), tree(depth - 1))


def nodes(node):
    left, right = node
    if left is None:
        return 1
    return 1 + nodes(left) + nodes(right)


def main():
    kept = tree(16)
    total = nodes(tree(17))
    count = 65536
    for depth in range(4, 17, 2):
        for _ in range(count):
            total += nodes(tree(depth))
        count //= 4
    print(total + nodes(kept))


main()
