# SPDX-License-Identifier: MIT
"""The program as the tests of faults run it: on small ratings, in a folder of its own, and under strace, which kills it at
one of its system calls or lets the call fail."""
import os
import random
import re
import subprocess
import sys
import tempfile

SKIPPED = 77


class Program:
    """`with Program(ASYSVD) as program:`; files are named as in its folder."""

    def __init__(self, asysvd):
        self.asysvd = asysvd

    def __enter__(self):
        # In memory, where that can be had: what fails here is the program, and waits for a disk are of no use.
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        draw = random.Random(1)
        for name, users in ("ratings.csv", 300), ("others.csv", 301):
            lines = [f"{user},{item},{draw.randint(1, 5)}" for user in range(users)
                     for item in draw.sample(range(1000), 20)]
            self.write(name, "\n".join(["user,item,rating", *lines, ""]).encode())
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def read(self, name):
        """What is in a file; nothing if there is none."""
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)

    def start(self, *arguments, under=(), **more):
        return subprocess.Popen([*under, self.asysvd, *arguments], cwd=self.folder.name, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **more)

    def run(self, *arguments, under=()):
        """The status, standard output and standard error."""
        process = self.start(*arguments, under=under)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def succeed(self, *arguments):
        status, out, err = self.run(*arguments)
        assert status == 0, (arguments, out, err)
        return out

    def litter(self):
        """Temporary files, which only a program that was killed leaves."""
        return [name for name in os.listdir(self.folder.name) if name.startswith(TEMPORARY)]

    def remove_litter(self):
        for name in self.litter():
            os.remove(self.path(name))

    def writing_calls(self, *arguments):
        """The system calls by which the command puts a file in its place: pairs of a name, and the number of the call
        among those of that name, as `injected` takes them."""
        status, _, err = self.run(*arguments, under=strace(CALLS, "--output=calls", "--decode-fds=path"))
        assert status == 0, err
        counts, found = {}, []
        lines = self.read("calls").decode(errors="replace").splitlines()
        os.remove(self.path("calls"))
        program = lines[0].split()[0]
        for process, name, rest in re.findall(r"^(\d+) +(\w+)\((.*)$", "\n".join(lines), re.MULTILINE):
            if process == program:
                counts[name] = counts.get(name, 0) + 1
                if TEMPORARY in rest:
                    found.append((name, counts[name]))
        return found


# By whatever name an architecture has them.
CALLS = "openat,write,fsync,close,?rename,?renameat,?renameat2"
TEMPORARY = ".asysvd-"


def strace(which, *options):
    """The words to put before a command: strace, which looks at the system calls `which` alone. LeakSanitizer can't look
    for leaks under it."""
    return ["strace", "--follow-forks", "--quiet=all", "--env=LSAN_OPTIONS=detect_leaks=0", f"--trace={which}", *options]


def injected(call, fault):
    """The words before a command one of whose system calls, a pair of `writing_calls`, meets the fault."""
    name, number = call
    return strace(name, "--output=/dev/null", f"--inject={name}:{fault}:when={number}")


def require_strace():
    """Ends the test as skipped where programs can't be traced."""
    try:
        can = subprocess.run([*strace("write", "--output=/dev/null"), "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        can = False
    if not can:
        print("skipped: strace is not here, or may not trace")
        sys.exit(SKIPPED)
