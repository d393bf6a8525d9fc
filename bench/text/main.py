# Text: a megabyte of words, some of them not ASCII, split at spaces, joined
# with commas, its code points counted, 25 times.


def main():
    text = "everything naïve returns nothing " * 30000
    total = 0
    for _ in range(25):
        words = text.split(" ")
        total += len(words) + len(", ".join(words))
    print(total)


main()
