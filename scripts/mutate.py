#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks the library on purpose, and expects the tests to notice.

usage: mutate.py [--check] [--random N [--seed S]] [--tests NAME,...] [--build FOLDER]

Without --random it tries the bugs of tests/mutants/mutants.toml against the tests that they name; with it, N bugs drawn
from the headers, such as < for <=, against all tests that include the header. --tests leaves out all others, and bugs
that they can't see. --check only looks whether each bug of the list still finds its place, and compiles nothing.

A test program takes long to compile and is soon run. So all bugs are compiled into a copy of the headers at once, each
behind a switch, and ASYSVD_MUTANT tells a program which one to have. A program without any has to pass. Compiled by
$CXX, or clang++ if it is there, at -O0. Ends with 1 if a bug of the list survives, or more than a tenth of those drawn.
"""

import argparse
import os
import pathlib
import platform
import random
import re
import resource
import shutil
import subprocess
import sys
import time
import tomllib

SOURCE = pathlib.Path(__file__).resolve().parent.parent
HEADERS = SOURCE / "include" / "asysvd"
TESTS = SOURCE / "tests"
MOST_CPU = 200  # seconds of a processor, for a program that a bug lets run on and on
MOST_TIME = 3600  # seconds, for one that waits

# Where the build has AVX2, the loops over samples are compiled once, not for a second target as well.
MACHINE = ["-march=native"] if platform.machine() == "x86_64" else []

SWITCH = """#pragma once
#include <cstdlib>
#include <type_traits>
inline const int selected_mutant = std::getenv("ASYSVD_MUTANT") ? std::atoi(std::getenv("ASYSVD_MUTANT")) : 0;
constexpr bool mutant(int number) { return !std::is_constant_evaluated() && selected_mutant == number; }
"""

OPERAND = r"[A-Za-z_][\w.\[\]]*(?:\(\w*\))?|\d+"
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+": "-",
         "-": "+", "*": "+"}
BINARY = re.compile(rf"(?:\(|, |return |= |&& |\|\| |; |\? )(?P<whole>(?P<left>{OPERAND}) "
                    rf"(?P<operator>[<>=!]=|[<>+*-]|&&|\|\|) (?P<right>{OPERAND}))(?=[),;]| &&| \|\|| \?)")
ONE = re.compile(r"[+-] (?P<whole>1)(?=[),;\]])")
CONDITION = re.compile(r"\bif \((?P<whole>[^;()]*(?:\([^;()]*\)[^;()]*)*)\)")
STATEMENT = re.compile(r"^ +(?P<whole>[\w.\[\]>()-]+ [-+*/|]?= [^;{}]+;)$")
STEP = re.compile(r"^ +(?P<whole>(?:\+\+|--)[\w.\[\]()]+;)$")
NOT_TO_BE_BROKEN = re.compile(r"constexpr|static_assert|template|requires|using |concept |operator|\[&|\bauto\b|"
                              r"^ *(#|//)|= (default|delete);|"
                              r"__builtin_prefetch|\.reserve\(|wish_for_large_pages|madvise")  # no result depends on these


class Mutant:
    """Text [begin, end) of a header that becomes `to`."""

    def __init__(self, file, begin, end, to, bug, tests=None):
        self.file, self.begin, self.end, self.to, self.bug, self.tests = file, begin, end, to, bug, tests
        self.line = (HEADERS / file).read_text()[:begin].count("\n") + 1


def listed():
    """The bugs of the list, and what is wrong with it."""
    mutants, errors = [], []
    for entry in tomllib.loads((TESTS / "mutants" / "mutants.toml").read_text())["mutant"]:
        before, old, after = re.split("[«»]", entry["text"])
        text = (HEADERS / entry["file"]).read_text()
        count = text.count(before + old + after)
        missing = [test for test in entry["tests"] if not (TESTS / f"{test}.cpp").is_file()]
        if count != 1:
            errors.append(f"{entry['file']}: its text is there {count} times: {entry['bug']}")
        elif missing or not entry["tests"] or old.endswith(";") != entry["to"].endswith(";"):
            errors.append(f"{entry['file']}: its tests or its replacement are none: {entry['bug']}")
        else:
            begin = text.index(before + old + after) + len(before)
            mutants.append(Mutant(entry["file"], begin, begin + len(old), entry["to"], entry["bug"], entry["tests"]))
    return mutants, errors


def changed(found, pattern):
    """What a match of one of the patterns becomes."""
    whole = found["whole"]
    if pattern is BINARY:
        return f"{found['left']} {SWAPS[found['operator']]} {found['right']}"
    if pattern is ONE:
        return "0"
    if pattern is CONDITION:
        return f"!({whole})"
    return ";"


def drawn(count, seed, files):
    """Bugs at random places of the headers."""
    everywhere = []
    for file in sorted(files):
        offset, previous = 0, ";"
        for line in (HEADERS / file).read_text().splitlines(keepends=True):
            code = line.split("  //")[0].rstrip()
            if not NOT_TO_BE_BROKEN.search(code):
                for pattern in (BINARY, ONE, CONDITION, STATEMENT, STEP):
                    if pattern in (STATEMENT, STEP) and previous[-1:] not in ";{}":
                        continue  # the end of something longer, or all that an `if` has
                    for found in pattern.finditer(code):
                        begin, end = found.span("whole")
                        to = changed(found, pattern)
                        bug = f"{code[:begin]}[{code[begin:end]}  ->  {to}]{code[end:]}".strip()
                        everywhere.append(Mutant(file, offset + begin, offset + end, to, bug))
            offset += len(line)
            previous = code or previous
    random.Random(seed).shuffle(everywhere)
    some = []
    for mutant in everywhere:
        apart = all(m.file != mutant.file or m.end <= mutant.begin or mutant.end <= m.begin for m in some)
        if apart and len(some) < count:
            some.append(mutant)
    return some


def plant(mutants, include):
    """Writes the headers with all bugs, each behind its switch."""
    texts = {include / "mutant.hpp": SWITCH}
    for header in HEADERS.rglob("*.hpp"):
        file = header.relative_to(HEADERS).as_posix()
        text = header.read_text()
        here = [(m.begin, m.end, n, m.to) for n, m in enumerate(mutants, 1) if m.file == file]
        for begin, end, number, to in sorted(here, reverse=True):
            old = text[begin:end]
            switched = f"{{ if (mutant({number})) {{ {to} }} else {{ {old} }} }}" if old.endswith(";") else \
                f"(mutant({number}) ? ({to}) : ({old}))"
            text = text[:begin] + switched + text[end:]
        texts[include / "asysvd" / file] = text
    for copy, text in texts.items():
        if not copy.exists() or copy.read_text() != text:  # what stays as it was need not be compiled again
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text)


def compiler():
    return os.environ.get("CXX") or shutil.which("clang++") or "c++"


def included(dependencies):
    """What a compiler's list of dependencies names, but for the program."""
    return dependencies.read_text().replace("\\\n", " ").split()[1:] if dependencies.exists() else []


def compile_test(test, flags, build, mutants):
    """Compiles a test with all bugs, but for those drawn that a compiler finds by itself."""
    name = test.replace("/", "_")
    include = build / "include"
    eigen = subprocess.run(["pkg-config", "--cflags-only-I", "eigen3"], capture_output=True, text=True).stdout.split()
    command = [compiler(), "-std=c++20", "-O0", "-D_GLIBCXX_ASSERTIONS", *MACHINE, *flags, "-w", "-pthread",
               f"-include{include / 'mutant.hpp'}", f"-I{include}", f"-I{TESTS}", *(eigen or ["-I/usr/include/eigen3"]),
               f'-DASYSVD_SOURCE_DIR="{SOURCE}"', "-MD", "-MF", build / f"{name}.d", "-c", TESTS / f"{test}.cpp",
               "-o", build / f"{name}.o"]
    print("compiling", test, flush=True)
    while (tried := subprocess.run(command, stderr=subprocess.PIPE, text=True)).returncode != 0:
        places = set(re.findall(re.escape(f"{include}/asysvd/") + r"([\w/]+\.hpp):(\d+):\d+: error", tried.stderr))
        wrong = [m for m in mutants if m.tests is None and (m.file, str(m.line)) in places]
        if not wrong:
            sys.exit(tried.stderr)
        for mutant in wrong:
            mutant.to, mutant.tests = (HEADERS / mutant.file).read_text()[mutant.begin:mutant.end], []
        plant(mutants, include)
    subprocess.run([compiler(), "-pthread", build / f"{name}.o", build / "main.o", "-o", build / name], check=True)


def compiled(test, flags, build, mutants):
    """The program of a test, and which headers it includes; compiled again only if something changed."""
    name = test.replace("/", "_")
    program, dependencies = build / name, build / f"{name}.d"
    sources = [pathlib.Path(source) for source in included(dependencies)]
    current = program.exists() and sources and all(
        source.exists() and source.stat().st_mtime <= program.stat().st_mtime for source in sources)
    if not current:
        compile_test(test, flags, build, mutants)
    mine = str(build / "include" / "asysvd") + "/"
    paths = map(os.path.normpath, included(dependencies))
    return program, {path.removeprefix(mine) for path in paths if path.startswith(mine)}


def is_red(program, number, build):
    """Whether a program with that bug fails: by a check, a crash, or by running on and on."""
    try:
        return subprocess.run([program, "--test-suite-exclude=real*", "--abort-after=1"], cwd=build, timeout=MOST_TIME,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU)),
                              env={**os.environ, "ASYSVD_MUTANT": str(number)}, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def all_tests():
    """By the name of a program, the compiler's flags: those that CMake makes of one file."""
    lists = (TESTS / "CMakeLists.txt").read_text()
    found = re.findall(r"^ *asysvd_(?:lone_)?test(?:_program)?\(([\w/]+)((?: [^)]*)?)\)", lists, re.MULTILINE)
    return {test: [flag for flag in others.split() if flag.startswith("-")] for test, others in found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--random", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", type=lambda names: names.split(","), metavar="NAME,...")
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "mutants", metavar="FOLDER")
    options = parser.parse_args()

    mutants, errors = listed()
    for error in errors:
        print(error, file=sys.stderr)
    if errors or options.check:
        sys.exit(1 if errors else 0)
    flags = all_tests()
    wanted = options.tests or list(flags)
    if options.random:
        files = {h.relative_to(HEADERS).as_posix() for h in HEADERS.rglob("*.hpp")}
        mutants = drawn(options.random, options.seed, files)
    else:
        wanted = sorted({test for m in mutants for test in m.tests if test in wanted})

    build = options.build.resolve() / ("random" if options.random else "list")
    plant(mutants, build / "include")
    if not (build / "main.o").exists():
        subprocess.run([compiler(), "-std=c++20", "-c", TESTS / "main.cpp", "-o", build / "main.o"], check=True)
    programs = {test: compiled(test, flags[test], build, mutants) for test in wanted}
    seconds = {}
    for test, (program, _) in programs.items():
        begin = time.monotonic()
        if is_red(program, 0, build):
            sys.exit(f"{test} fails without any bug")
        seconds[test] = time.monotonic() - begin

    survivors = unseen = 0
    for number, mutant in enumerate(mutants, 1):
        best_first = sorted(programs, key=lambda test: (not mutant.file.startswith(test), seconds[test]))
        tests = [test for test in (best_first if mutant.tests is None else mutant.tests)
                 if test in programs and (mutant.tests or mutant.file in programs[test][1])]
        killer = next((test for test in tests if is_red(programs[test][0], number, build)), None)
        if not tests:
            unseen += 1
            continue
        survivors += killer is None
        print(f"{'red by ' + killer if killer else 'SURVIVES'}: {mutant.file}:{mutant.line}: {mutant.bug}",
              flush=True)
    tried = len(mutants) - unseen
    print(f"{tried - survivors} of {tried} bugs turned the tests red; {unseen} none of these tests can see")
    sys.exit(1 if survivors > (tried // 10 if options.random else 0) else 0)


if __name__ == "__main__":
    main()
