# Sequences: a million numbers built, reversed, mapped, filtered and summed,
# five times.


def one_pass(size):
    numbers = list(range(size))
    backwards = numbers[::-1]
    mapped = [x * 2 + 1 for x in backwards]
    filtered = [x for x in mapped if x % 3 != 0]
    return sum(filtered)


def main():
    total = 0
    for _ in range(5):
        total += one_pass(1000000)
    print(total)


main()
