# Options: 5 million numbers, each wrapped, tested and unwrapped again.
# An option is a list of pairs, tagged as in 0x0: 5, then "some", then the
# value.


def some(value):
    return (5, ("some", (value, None)))


def is_some(option):
    return option[0] == 5 and option[1][0] == "some"


def value(option):
    if option[1][0] == "none":
        raise ValueError("the option holds no value")
    return option[1][1][0]


def main():
    total = 0
    for n in range(5000000, 0, -1):
        option = some(n)
        if is_some(option):
            total += value(option)
    print(total)


main()
