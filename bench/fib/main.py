# Calls: the 30th Fibonacci number, ten times, by double recursion.


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def main():
    total = 0
    for _ in range(10):
        total += fib(30)
    print(total)


main()
