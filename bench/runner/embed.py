"""embed - the costs for a host: calls across the border, opening a VM, its
memory, and evaluating a line. bench/embed/embed.c measures, compared with
Lua's C API; here it is run, counted by callgrind, and judged."""
import os
import re

from runner import process
from runner.growth import met

HEADS = ["what", "unit", "Zero", "Lua", "ratio", "bar"]
EMBED = os.environ.get("EMBED") or os.path.join(process.BUILD, "embed")
CORE = os.path.join(process.ROOT, "lib", "core")
LINE = "(+ 1 2)"


def measured(*arguments):
    """The lines that bench/embed/embed.c prints, as {name: numbers}."""
    text, status = process.capture([EMBED, *arguments])
    if status != 0:
        raise process.Failed(text.strip())
    rows = [line.split("\t") for line in text.splitlines()]
    return {row[0]: [float(cell) for cell in row[1:]] for row in rows}


def core_names():
    """A text that uses every name of lib/core: each is evaluated as a value."""
    names = []
    for file in sorted(os.listdir(CORE)):
        text = process.read(os.path.join(CORE, file)).decode()
        names += re.findall(r"^\(ƒ ([^%\s]\S*)", text, re.MULTILINE)
    return "\n".join(names)


def instructions(function):
    """The instructions that callgrind counts in one function of embed.c."""
    program = process.find("valgrind")
    if program is None:
        raise process.Failed("valgrind is not installed: `make bench-deps`")
    text, status = process.capture([
        program, "--tool=callgrind", "--callgrind-out-file=/dev/null",
        f"--toggle-collect={function}", EMBED, "evals"])
    found = re.search(r"Collected : (\d+)", text)
    if status != 0 or not found:
        raise process.Failed(text.strip())
    return int(found[1])


class Row:
    """The results of Zero, of Lua if it has the same, and the bar:
    times as much as Lua, or an amount."""

    def __init__(self, bar, unit, zero, lua=None, beside=""):
        _, self.against, self.bar, self.what = bar
        self.unit, self.zero, self.lua, self.beside = unit, zero, lua, beside

    def judged(self):
        if self.against == "liblua":
            return round(self.zero / self.lua, 2)
        return round(self.zero, 1)

    def ok(self):
        return self.judged() <= self.bar

    def of(self):
        return "× Lua" if self.against == "liblua" else self.against

    def rows(self):
        zero = f"{self.zero:,.{0 if self.unit == 'count' else 1}f}"
        return [[self.what, self.unit, zero,
                 "" if self.lua is None else f"{self.lua:,.1f}",
                 "" if self.lua is None else f"{self.zero / self.lua:.2f}",
                 f"{self.bar:g} {self.of()}: {met(self.ok())}{self.beside}"]]

    def wrong(self):
        return [] if self.ok() else [
            f"{self.what}: {self.judged():g} {self.of()} is over the bar of "
            f"{self.bar:g}"]


def series(bars):
    """The rows, each measured when it is asked for."""
    calls = measured("calls")
    for name in ("in", "out", "around"):
        yield Row(bars[f"embed-{name}"], "ns", *calls[name])
    zero, lua = measured("open")["open"]
    yield Row(bars["embed-open"], "µs", zero / 1000, lua / 1000)
    lua = measured("memory-lua")["memory-lua"][0] / 1024
    for name, text in (("memory", LINE), ("core", core_names())):
        yield Row(bars[f"embed-{name}"], "KiB",
                  measured("memory", text)["memory"][0] / 1024, lua)
    yield Row(bars["embed-second"], "count", instructions("second_eval"),
              beside=f"; the first took {instructions('first_eval'):,}")


def measure(show):
    """Measures it all; `show` is called with each row when it is done."""
    done = []
    for row in series({bar[0]: bar for bar in process.bars()}):
        done.append(row)
        show(row)
    return done


def verdict(done):
    """The failures of the results, a sentence each."""
    return [line for row in done for line in row.wrong()]
