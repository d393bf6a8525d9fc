# The plainest loop of the language: counts to 50 million.


def main():
    i = 0
    while i < 50000000:
        i += 1
    print(i)


main()
