# Maps: 100,000 text keys put into a dict and looked up ten times each, five
# times over.


def main():
    keys = ["key" + str(i) for i in range(100000)]
    total = 0
    for _ in range(5):
        table = {}
        for value, key in enumerate(keys):
            table[key] = value
        for _ in range(10):
            for key in keys:
                total += table[key]
    print(total)


main()
