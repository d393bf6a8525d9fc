"""growth - how time and memory grow with the size of the data, and the
promises about memory that are not ratios."""
import os

from runner import process
from runner.process import BENCH, BUILD, ZERO

HEADS = ["what", "size", "min s", "t(10n)/t(n)", "peak MB", "bar"]
SLOW = 0.020      # below this, starting the program hides what is measured
FEW, MANY = 5, 7  # how often each is run: few times if it takes long
LONG = 1.0        # seconds, of all runs so far

# program in bench/growth, the powers of ten it is run with, what it is
PROGRAMS = [
    ("lists", 3, 7, "lists: built, walked, read at the end"),
    ("sort", 3, 7, "lists: sorted"),
    ("maps", 1, 6, "maps: put, got, removed"),
    ("versions", 1, 6, "maps: ten versions read and changed by turns"),
    ("nests", 1, 6, "nests: built, compared, printed"),
    ("ascii", 3, 8, "texts, ASCII: searched, cut, indexed"),
    ("unicode", 3, 8, "texts, not ASCII: searched, cut, indexed"),
    ("pieces", 3, 8, "texts: split, joined, upper case"),
]


def program(name):
    return [ZERO, "run", os.path.join(BENCH, "growth", f"{name}.0x0")]


def source_file(lines):
    """Functions of five lines, each called by the next."""
    parts = [";;; A generated program.\n", "(ƒ f0 (x) x)\n"]
    for i in range(1, lines // 5):
        parts.append(f"\n(ƒ f{i}\n  (∷ (→ I64 I64))\n  (x)\n"
                     f"  (if (< x {i}) (f{i - 1} (+ x 1)) (- x {i})))\n")
    parts.append(f"(ƒ main (_) (f{lines // 5 - 1} 0))\n")
    return "".join(parts)


def nested_source(depth):
    """One literal list as deep as that."""
    return (f"(ƒ main (_) (print (= {'(list ' * depth}1{')' * depth} "
            f"(list 1))))\n")


def from_source(write, size):
    path = os.path.join(BUILD, "generated.0x0")
    with open(path, "w", encoding="utf-8") as file:
        file.write(write(size))
    return [ZERO, "run", path]


def series():
    """The series: (what, powers, command for a size)."""
    for name, low, high, what in PROGRAMS:
        yield (what, range(low, high + 1),
               lambda size, name=name: program(name) + [str(size)])
    yield ("source files: lines", range(2, 6),
           lambda size: from_source(source_file, size))
    yield ("source files: one nest", range(1, 7),
           lambda size: from_source(nested_source, size))


def time_of(command):
    """Least seconds, which a busy machine disturbs least, and greatest
    peak."""
    seconds, peak = [], 0
    while len(seconds) < (MANY if sum(seconds) < LONG else FEW):
        once, memory, _ = process.run(command)
        seconds.append(once)
        peak = max(peak, memory)
    return min(seconds), peak


class Growth:
    """One series: seconds and peaks at each size."""

    def __init__(self, what, bar):
        self.what, self.bar, self.points = what, bar, []

    def measure(self, powers, command):
        for power in powers:
            process.progress(f"{self.what}: 10^{power}")
            self.points.append((power, *time_of(command(10 ** power))))
        process.progress("")

    def ratio(self, i):
        """t(10n)/t(n) of the point and the one before it, if t(n) counts."""
        if i == 0 or self.points[i - 1][1] < SLOW:
            return None
        return self.points[i][1] / self.points[i - 1][1]

    def rows(self):
        lines = []
        for i, (power, seconds, peak) in enumerate(self.points):
            ratio = self.ratio(i)
            lines.append([
                self.what if i == 0 else "", f"10^{power}", f"{seconds:.4f}",
                "" if ratio is None else f"{ratio:.1f}", f"{peak:.1f}",
                "" if ratio is None else f"{self.bar:g}: {met(self.ok(i))}"])
        return lines

    def ok(self, i):
        ratio = self.ratio(i)
        return ratio is None or round(ratio, 1) <= self.bar

    def wrong(self):
        return [f"{self.what}: 10 times as much takes {self.ratio(i):.1f} "
                f"times as long at 10^{self.points[i][0]}"
                for i in range(len(self.points)) if not self.ok(i)]


class Promise:
    """One amount of memory that is promised, and the note beside it."""

    def __init__(self, row, amount, beside=""):
        (_, self.unit, self.bar, self.what), self.amount = row, amount
        self.met, self.beside = round(amount, 2) <= self.bar, beside

    def rows(self):
        shown = f"{self.amount:.1f} {self.unit}"
        return [[self.what, "", "", "", shown,
                 f"{self.bar:g} {self.unit}: {met(self.met)}{self.beside}"]]

    def wrong(self):
        return [] if self.met else [
            f"{self.what}: {self.amount:.2f} {self.unit} is over the bar of "
            f"{self.bar:g}"]


def met(is_met):
    return "met" if is_met else "OVER"


def each(amount, name, few, many):
    """What one item more adds to an amount of a program at two sizes."""
    return (amount(name, many) - amount(name, few)) / (many - few)


def allocated(name, size):
    """The bytes that a program allocates, exactly: the least limit with which
    it ends. The limit counts what libgc hands out (tests/test_heap.c)."""
    path = os.path.join(BENCH, "growth", f"{name}.0x0")
    low, high = 0, 1 << 30
    while low < high:
        limit = (low + high) // 2
        command = [ZERO, "run", "--alloc", str(limit), path, str(size)]
        if process.capture(command)[1] == 0:
            high = limit
        else:
            low = limit + 1
    return low


def grown(name, size):
    """The bytes by which the process grows: with what libgc keeps beside, a
    twelfth as headers and marks of each block."""
    return process.run(program(name) + [str(size)])[1] * 1e6


def bytes_each(name, less=None):
    """Bytes of one item more: allocated, and how much the process grows.
    Those of `less` are taken off."""
    exact = each(allocated, name, 10000, 20000)
    rough = each(grown, name, 4000000, 8000000)
    if less:
        exact -= each(allocated, less, 10000, 20000)
        rough -= each(grown, less, 4000000, 8000000)
    return exact, f"; the process grows by {rough:.1f}"


def amounts():
    """The promises by their names in bars.tsv, measured when asked for: the
    amount, and the note beside it."""
    start = [ZERO, "run", os.path.join(BENCH, "start", "main.0x0")]
    return {
        "memory-start": lambda: (process.run(start)[1],),
        "memory-cell": lambda: bytes_each("cells"),
        "memory-some": lambda: bytes_each("options", less="cells"),
        "memory-churn": lambda: (max(process.run(program("churn"))[1]
                                     for _ in range(FEW)),),
    }


def measure(show):
    """Measures it all; `show` is called with each part when it is done."""
    bars = {row[0]: row for row in process.bars()}
    done = []
    for what, powers, command in series():
        growth = Growth(what, bars["growth"][2])
        growth.measure(powers, command)
        done.append(growth)
        show(growth)
    for name, amount in amounts().items():
        process.progress(bars[name][3])
        done.append(Promise(bars[name], *amount()))
        process.progress("")
        show(done[-1])
    return done


def verdict(done):
    """The failures of the results, a sentence each."""
    return [line for part in done for line in part.wrong()]
