"""report - docs/benchmarks.md from what was measured."""
import os

from runner import growth, process

PAGE = """# Benchmarks

Written by `make bench-record`; change nothing by hand.
[performance.md](performance.md) says how the machine is built for speed.

{facts}

## Compared with other languages

Each workload of `bench/` is one program in each language, as its users write
it; all print the same result. They run by turns as whole processes, including
their start, in {runs} after one that is not counted, so that a busy moment hits
all of them. Ratios are of medians, to Lua 5.4; the kernel measures peak memory.
luajit-joff is LuaJIT's interpreter without its compiler. The bars are in
`bench/bars.tsv`.

{what}

```
{ratios}
```

## Growth

Whole processes again, the least time of {least} runs. Ten times as much may
take at most 14 times as long if the smaller size takes over 20 ms. The bytes
allocated for a cell and a `some` are counted exactly; beside them is how much
the process grows, including what libgc keeps about each block.

```
{sizes}
```

## In a host

`bench/embed/embed.c` measures Zero and Lua's C API by turns in one process:
medians of processor time. Resident memory is the growth of a process with 200
open VMs, divided by 200, after a collection that gives free blocks back; one VM
was opened and closed before. Callgrind counts the instructions: a line is
evaluated twice, and compiled anew the second time.

```
{hosts}
```

## Verdict

{verdict}
"""


def rounds(count):
    return "one round" if count == 1 else f"{count} rounds"


def facts_table(facts):
    lines = ["| what | which |", "|---|---|"]
    return "\n".join(lines + [f"| {a} | {b} |" for a, b in facts])


def workload_table():
    names = {row[0]: row[3] for row in process.bars()
             if os.path.isdir(os.path.join(process.BENCH, row[0]))
             and row[0] != "growth"}
    lines = ["| workload | what it does |", "|---|---|"]
    return "\n".join(lines + [f"| {a} | {b} |" for a, b in names.items()])


def write(facts, ratios, sizes, hosts, wrong):
    path = os.path.join(process.ROOT, "docs", "benchmarks.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PAGE.format(
            facts=facts_table(facts), what=workload_table(),
            runs=rounds(process.number("RUNS", 5)),
            least=f"{growth.FEW} to {growth.MANY}",
            ratios="\n".join(ratios), sizes="\n".join(sizes),
            hosts="\n".join(hosts), verdict="\n".join(f"- {line}" for line in
                              wrong or ["Every bar is met."])))
    print(f"\nwrote {os.path.relpath(path)}")
