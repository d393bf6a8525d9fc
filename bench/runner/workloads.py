"""workloads - the programs of bench/ in 0x0 and in other languages, run by
turns in one session, their results compared, and their medians compared with
the bars."""
import os

from runner import process

# name, program, arguments before the file, the file, how to ask its version
PEERS = [
    ("zero", None, ["run"], "main.0x0", "--version"),
    ("lua5.4", "lua5.4", [], "main.lua", "-v"),
    ("luajit-joff", "luajit", ["-joff"], "main.lua", "-v"),
    ("luajit", "luajit", [], "main.lua", "-v"),
    ("guile", "guile", [], "main.scm", "--version"),
    ("chez", "chezscheme", ["--program"], "main.ss", "--version"),
    ("python", "python3", [], "main.py", "--version"),
]
NAMES = [row[0] for row in PEERS]
HEADS = ["workload", "program", "min s", "median s", "max s", "× lua5.4",
         "peak MB", "bar"]


class Peer:
    """A program that runs workloads."""

    def __init__(self, row):
        self.name, program, self.options, self.file, self.ask = row
        self.path = process.find(program) if program else process.ZERO

    def command(self, workload):
        """How it runs a workload; None if it has no program for it."""
        path = os.path.join(process.BENCH, workload, self.file)
        if not os.path.exists(path):
            return None
        return [self.path] + self.options + [path]

    def version(self):
        said = process.capture([self.path, self.ask])[0].splitlines()[0]
        said = said.split("Copyright")[0].rstrip(" -")
        return f"Chez Scheme {said}" if self.name == "chez" else said


class Measured:
    """The measurements of one program on one workload."""

    def __init__(self):
        self.seconds, self.peak, self.answer = [], 0, None

    def add(self, seconds, peak, answer, counted):
        self.answer = answer
        if counted:
            self.seconds.append(seconds)
            self.peak = max(self.peak, peak)

    def median(self):
        return process.median(self.seconds)


class Workload:
    """One workload with its bars."""

    def __init__(self, name, rows):
        self.name, self.what = name, rows[0][3]
        self.bars = [(against, bar) for _, against, bar, _ in rows]
        self.results, self.wrong = {}, []

    def measure(self, peers, rounds):
        """All programs by turns; the first round warms up and is left out."""
        for turn in range(rounds + 1):
            for peer in peers:
                command = peer.command(self.name)
                if command is None:
                    continue
                process.progress(
                    f"{self.name}: {peer.name}, round {turn} of {rounds}")
                seen = self.results.setdefault(peer.name, Measured())
                seen.add(*process.run(command), counted=turn > 0)
        process.progress("")
        self.compare()

    def compare(self):
        expected = self.results["zero"].answer
        for name, seen in self.results.items():
            if seen.answer != expected:
                self.wrong.append(
                    f"{self.name}: {name} prints {short(seen.answer)}, "
                    f"zero {short(expected)}")

    def ratio(self, name, against):
        """Median divided by a peer's; None if that was not run."""
        if against not in self.results or name not in self.results:
            return None
        base = self.results[against].median()
        return self.results[name].median() / base

    def judged(self):
        """Each bar as (against, bar, ratio or None, whether it is met)."""
        found = []
        for against, bar in self.bars:
            ratio = self.ratio("zero", against)
            # As good as it is shown: a bar of 0.50 is met by 0.504.
            met = ratio is None or round(ratio, 2) <= bar
            found.append((against, bar, ratio, met))
        return found

    def rows(self):
        """Its lines of the table, Zero's with the bars."""
        lines = []
        for name, seen in self.results.items():
            ratio = self.ratio(name, "lua5.4")
            lines.append([
                self.name if name == "zero" else "",
                name,
                *(f"{t:.4f}" for t in
                  (min(seen.seconds), seen.median(), max(seen.seconds))),
                "-" if ratio is None else f"{ratio:.2f}",
                f"{seen.peak:.1f}",
                "; ".join(map(say, self.judged())) if name == "zero" else "",
            ])
        return lines


def short(answer):
    text = repr(answer.decode(errors="replace"))
    return text if len(text) < 60 else f"{text[:57]}… ({len(answer)} bytes)"


def say(judged):
    against, bar, ratio, met = judged
    if ratio is None:
        return f"{bar:g} × {against}: not run"
    of = f" × {against}" + ("" if against == "lua5.4" else f" is {ratio:.2f}")
    return f"{bar:g}{of}: {'met' if met else 'OVER'}"


def installed():
    """The peers that are here and chosen. Zero is, and Lua where it can be,
    since ratios are to it."""
    wanted = process.chosen("PEER", NAMES) + ["zero", "lua5.4"]
    peers = [Peer(row) for row in PEERS if row[0] in wanted]
    return [peer for peer in peers if peer.path]


def missing():
    return [row[0] for row in PEERS[1:] if not process.find(row[1])]


def measure(show):
    """Measures what WORKLOAD and PEER choose, RUNS times; `show` is called
    with each workload when it is done."""
    peers = installed()
    rows = [row for row in process.bars() if row[1] in NAMES]
    names = list(dict.fromkeys(row[0] for row in rows))
    done = []
    for name in process.chosen("WORKLOAD", names):
        workload = Workload(name, [row for row in rows if row[0] == name])
        workload.measure(peers, process.number("RUNS", 5))
        done.append(workload)
        show(workload)
    return done


def verdict(done):
    """The failures of the results, a sentence each."""
    said = [line for workload in done for line in workload.wrong]
    for workload in done:
        for against, bar, ratio, met in workload.judged():
            if not met:
                said.append(f"{workload.name}: {ratio:.2f} times {against} "
                            f"is over the bar of {bar:g}")
    return said

