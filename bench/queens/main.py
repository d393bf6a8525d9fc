# Small lists and branches: all ways to put 8 queens on a board, 200 times.
# One list holds the column of the queen in each row.


def safe(placed, row, queen):
    for i in range(row - 1, -1, -1):
        other = placed[i]
        distance = row - i
        if other == queen or abs(other - queen) == distance:
            return False
    return True


def place(size, row, placed):
    if row == size:
        return 1
    count = 0
    for column in range(size):
        if safe(placed, row, column):
            placed[row] = column
            count += place(size, row + 1, placed)
    return count


def main():
    total = 0
    for _ in range(200):
        total += place(8, 0, [0] * 8)
    print(total)


main()
