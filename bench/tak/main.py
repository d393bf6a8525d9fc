# Calls with three arguments: Takeuchi's function of 18 12 6, 300 times.


def tak(x, y, z):
    if y < x:
        return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
    return z


def main():
    total = 0
    for _ in range(300):
        total += tak(18, 12, 6)
    print(total)


main()
