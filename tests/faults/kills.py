#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: kills.py ASYSVD [KILLS]

The program, killed: at so many random moments, 60 if nothing is said, of saving a model, of converting ratings, of writing
a result and of a fit that keeps checkpoints, and at each system call by which a file gets into its place. What is there then
is the old file or the new one, whole, and the next run goes as if nothing had been. The temporary file of a run that was
killed may stay; nothing trips over it.
"""
import os
import random
import sys
import time
import unittest

from program import Program, injected, require_strace

kills = 60


class Killed(unittest.TestCase):
    def setUp(self):
        self.program = Program(asysvd).__enter__()
        self.addCleanup(self.program.__exit__)
        self.draw = random.Random(2)

    def replacing(self, target):
        """Two commands that write different things to the same file."""
        return [{
            "model": ["train", "--ratings", ratings, "--factors", "400", "--members", "1", "--epochs", "1", "--save",
                      target],
            "ratings": ["convert", "--ratings", ratings, "--to", target],
            "json": ["stats", "--ratings", ratings, "--json", target],
        }[target] for ratings in ("ratings.csv", "others.csv")]

    def contents(self, target):
        contents = []
        for command in self.replacing(target):
            self.program.succeed(*command)
            contents.append(self.program.read(target))
        self.assertNotEqual(*contents)
        return contents

    def take_long(self, command):
        """How long a run takes in all, and from when it begins to write a file."""
        began = time.monotonic()
        process = self.program.start(*command)
        writes = self.until_it_writes(process)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        ended = time.monotonic()
        return ended - began, ended - writes

    def until_it_writes(self, process):
        while process.poll() is None and not self.program.litter():
            pass
        return time.monotonic()

    def kill(self, command, seconds, writing=None):
        """Kills a run of the command at a random moment of so many seconds, or of those in which it writes a file."""
        process = self.program.start(*command)
        if writing is not None:
            self.until_it_writes(process)
        time.sleep(self.draw.uniform(0, seconds if writing is None else writing))
        process.kill()
        process.communicate(timeout=60)
        self.killed += process.returncode < 0
        self.writing += len(self.program.litter()) > 0

    def test_at_random_moments(self):
        for target in "model", "ratings", "json":
            contents, commands = self.contents(target), self.replacing(target)
            seconds, writing = min(self.take_long(commands[1]) for _ in range(3))
            self.killed, self.writing, replaced, old, runs = 0, 0, 0, 1, 0
            while self.killed < kills // 4:
                self.program.remove_litter()  # by which it is seen that a run writes
                self.kill(commands[1 - old], seconds, writing if runs % 2 else None)
                found = self.program.read(target)
                self.assertIn(found, contents, f"{target} is neither the old file nor the new one")
                replaced += found != contents[old]
                old = contents.index(found)
                runs += 1
            self.program.succeed(*commands[1 - old])
            self.assertEqual(self.program.read(target), contents[1 - old])
            print(f"{target}: {runs} runs of {seconds:.2f} s, {self.killed} killed, {self.writing} of them while the file "
                  f"was written; {replaced} had put it in its place; none damaged")

    def test_a_fit_at_random_moments(self):
        command = ["train", "--ratings", "ratings.csv", "--factors", "64", "--epochs", "40", "--validation", "0.1",
                   "--refit", "--save", "model"]
        seconds, _ = self.take_long(command)
        whole = self.program.read("model")
        self.killed, self.writing, went_on, ends = 0, 0, 0, 0
        while self.killed < kills // 4:
            os.remove(self.program.path("model"))
            for _ in range(5):
                self.kill([*command, "--checkpoint", "kept"], seconds / 2)
            went_on += self.program.read("kept") is not None
            out = self.program.succeed(*command, "--checkpoint", "kept")  # beside what the killed ones left
            self.assertEqual(self.program.read("model"), whole, out)
            self.assertIsNone(self.program.read("kept"))
            self.program.remove_litter()
            ends += 1
        print(f"fits of {seconds:.2f} s: {self.killed} killed; {went_on} of {ends} went on from a checkpoint, all to the "
              "same bits")
        self.assertGreater(went_on, 0)

    def test_at_each_call_that_puts_a_file_in_its_place(self):
        require_strace()
        seen = set()
        for target in "model", "ratings", "json":
            contents, commands = self.contents(target), self.replacing(target)
            calls = self.program.writing_calls(*commands[1])
            for call in calls[:4] + calls[-5:]:  # the writes in between are like the others
                self.program.succeed(*commands[0])
                status, _, _ = self.program.run(*commands[1], under=injected(call, "signal=KILL"))
                self.assertLess(status, 0, call)
                self.assertIn(self.program.read(target), contents, call)
                seen.add((call[0].removesuffix("at2").removesuffix("at"), contents.index(self.program.read(target))))
        # Killed before it is renamed the file is the old one, however much of the new one was written.
        self.assertLessEqual({("open", 0), ("write", 0), ("fsync", 0), ("close", 0), ("rename", 0)}, seen)


if __name__ == "__main__":
    asysvd = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 1 and sys.argv[1].isdigit():
        kills = int(sys.argv.pop(1))
    unittest.main()
