"""process - runs one program under build/bench/measure and reads the result;
paths; progress on the terminal."""
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "bench")
BUILD = os.path.join(ROOT, "build", "bench")
MEASURE = os.path.join(BUILD, "measure")
ZERO = os.environ.get("ZERO") or os.path.join(ROOT, "build/release/zero")
OUTPUT = os.path.join(BUILD, "output")
ERRORS = os.path.join(BUILD, "errors")


class Failed(Exception):
    """A program that could not be run, or did not end well."""


def read(path):
    with open(path, "rb") as file:
        return file.read()


def capture(command):
    """What a command writes, both streams, and its status."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(theirs, 1)
        os.dup2(theirs, 2)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, str(error).encode())
            os._exit(127)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        text = pipe.read().decode(errors="replace")
    return text, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(command):
    """Seconds, peak memory in MB, and the output of a program."""
    text, status = capture([MEASURE, OUTPUT, ERRORS] + command)
    if status != 0:
        raise Failed(text.strip())
    nanoseconds, kibibytes, status = map(int, text.split())
    if status != 0:
        said = read(ERRORS).decode(errors="replace").strip()
        raise Failed(f"{' '.join(command)}: status {status}\n{said}")
    return nanoseconds / 1e9, kibibytes * 1024 / 1e6, read(OUTPUT)


def find(program):
    """Where a program is installed, Debian's own before any other."""
    for folder in ["/usr/bin"] + os.environ.get("PATH", "").split(":"):
        path = os.path.join(folder, program)
        if os.access(path, os.X_OK):
            return path
    return None


def prepare():
    """Guile compiles ahead into a cache; ours, so that no other is used."""
    os.makedirs(BUILD, exist_ok=True)
    os.environ["XDG_CACHE_HOME"] = os.path.join(BUILD, "cache")
    for needed in (MEASURE, ZERO):
        if not os.access(needed, os.X_OK):
            raise Failed(f"{needed} is not built; `make bench` builds it")


def progress(text):
    """One line that is overwritten by the next, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def chosen(name, all_names):
    """The names that an environment variable picks, all if it is unset."""
    words = os.environ.get(name, "").replace(",", " ").split()
    for word in words:
        if word not in all_names:
            raise Failed(f"{name}={word}: choose from {' '.join(all_names)}")
    return [one for one in all_names if one in words] if words else all_names


def number(name, default):
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise Failed(f"{name}={text}: a number from 1 is expected")
    return int(text)


def median(numbers):
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def bars():
    """The rows of bars.tsv as (workload, against, bar, what)."""
    lines = read(os.path.join(BENCH, "bars.tsv")).decode().splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(row[0], row[1], float(row[2]), row[3]) for row in rows]


class Table:
    """Lines of text in columns, written as they come; the first and the last
    column, and the second if it is words, are aligned to the left."""

    def __init__(self, heads, widths, left):
        self.widths, self.left, self.lines = widths, left, []
        self.add([heads])

    def add(self, rows):
        for row in rows:
            cells = [cell.ljust(width) if i in self.left
                     else cell.rjust(width)
                     for i, (cell, width) in enumerate(zip(row, self.widths))]
            self.lines.append("  ".join(cells).rstrip())
            print(self.lines[-1], flush=True)


def machine():
    """What the numbers were measured on, as (what, which) pairs."""
    model, kibibytes, system = "unknown", 0, "unknown"
    for line in read("/proc/cpuinfo").decode().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    for line in read("/proc/meminfo").decode().splitlines():
        if line.startswith("MemTotal"):
            kibibytes = int(line.split()[1])
    for line in read("/etc/os-release").decode().splitlines():
        if line.startswith("PRETTY_NAME"):
            system = line.split("=", 1)[1].strip('"')
    kernel = os.uname()
    commit, unknown = capture(["git", "-C", ROOT, "rev-parse", "--short",
                               "HEAD"])
    return [
        ("commit", "unknown" if unknown else commit.strip()),
        ("date", time.strftime("%Y-%m-%d", time.gmtime())),
        ("processor", f"{model}, {os.cpu_count()} cores"),
        ("memory", f"{kibibytes * 1024 / 1e9:.1f} GB"),
        ("system", f"{system}, {kernel.sysname} {kernel.release}"),
        ("load before", f"{os.getloadavg()[0]:.2f}"),
    ]
