#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: errors.py ASYSVD

The program where a file can't be written: each system call by which one gets into its place fails, as on a disk that is full
or broken or in a folder that is closed. It ends with status 2 and one line, the old file is as it was, nothing is beside
it, and the same command goes through when the disk is well again.
"""
import os
import shutil
import subprocess
import sys
import unittest

from program import Program, injected, require_strace

fit = ["train", "--ratings", "ratings.csv", "--factors", "8", "--epochs", "2"]
commands = {
    "model": [*fit, "--save", "model", "--resumable"],
    "told": [*fit, "--json", "told"],
    "converted": ["convert", "--ratings", "ratings.csv", "--to", "converted"],
    "made": ["generate", "--to", "made"],
    "state": ["tune", "--ratings", "ratings.csv", "--factors", "2", "--budget", "0.001", "--validation-folds", "1",
              "--threads", "1", "--state", "state"],
    "picture": ["plot", "ratings", "--ratings", "ratings.csv", "--to", "picture"],
}
# What each call may meet, and what is then said of it.
faults = {
    "openat": {"EACCES": "Permission denied", "EROFS": "Read-only file system", "ENOSPC": "No space left on device"},
    "write": {"ENOSPC": "No space left on device", "EIO": "Input/output error"},
    "fsync": {"EIO": "Input/output error", "ENOSPC": "No space left on device"},
    "close": {"EIO": "Input/output error"},
    "rename": {"EACCES": "Permission denied", "ENOSPC": "No space left on device"},
}


class Errors(unittest.TestCase):
    def setUp(self):
        self.program = Program(asysvd).__enter__()
        self.addCleanup(self.program.__exit__)

    def refused(self, target, command, call, error, reason):
        status, _, err = self.program.run(*command, under=injected(call, f"error={error}"))
        self.assertEqual(status, 2, err)
        self.assertRegex(err, rf"^asysvd: {target}: expected a file that can be written, found {reason}\n$")
        self.assertEqual(self.program.litter(), [])

    def test_a_file_that_can_not_be_written_stays_as_it_was(self):
        met = set()
        for target, command in commands.items():
            if target == "picture" and shutil.which("gnuplot") is None:
                print("gnuplot is not here: pictures were left out")
                continue
            calls = self.program.writing_calls(*command)
            if target == "picture":  # where gnuplot, which is traced as well, would meet the others first
                calls = [call for call in calls if call[0] not in ("openat", "write", "close")]
            for old in None, b"old":
                if target == "state" and old is not None:
                    continue  # which is no state of a search
                for call in dict.fromkeys(calls[:3] + calls[-3:]):  # the writes in between are like the first
                    name = "rename" if call[0].startswith("rename") else call[0]
                    for error, reason in faults[name].items():
                        with self.subTest(target=target, call=call, error=error):
                            self.put(target, old)
                            self.refused(target, command, call, error, reason)
                            self.assertEqual(self.program.read(target), old)
                            met.add(name)
            self.program.succeed(*command)
            self.assertNotIn(self.program.read(target), (None, b"old"))
        self.assertEqual(met, set(faults))

    def put(self, target, content):
        if content is not None:
            self.program.write(target, content)
        elif self.program.read(target) is not None:
            os.remove(self.program.path(target))

    def test_a_checkpoint_that_can_not_be_written_ends_the_fit(self):
        command = [*fit, "--save", "model"]
        self.program.succeed(*command)
        whole = self.program.read("model")
        command += ["--checkpoint", "kept"]
        for error, reason in faults["fsync"].items():
            self.put("model", None)
            self.refused("kept", command, ("fsync", 1), error, reason)
            self.assertIsNone(self.program.read("kept"))
            self.assertIsNone(self.program.read("model"))
            self.program.succeed(*command)
            self.assertEqual(self.program.read("model"), whole)

    def test_standard_output_that_is_full(self):
        if not os.path.exists("/dev/full"):
            return print("/dev/full is not here: a full standard output was left out")
        for command in ["stats", "--ratings", "ratings.csv"], ["stats", "--ratings", "ratings.csv", "--json", "-"], fit:
            with open("/dev/full", "w", encoding="ascii") as full:
                ended = subprocess.run([asysvd, *command], cwd=self.program.folder.name, stdout=full,
                                       stderr=subprocess.PIPE, text=True)
            self.assertEqual(ended.returncode, 2)
            # Where the result was to be there, what is said besides goes to standard error.
            told = ended.stderr.splitlines(keepends=True) if "-" in command else [ended.stderr]
            self.assertIn("asysvd: standard output can't be written\n", told)

    def test_a_device_is_written_to_and_not_replaced(self):
        self.assertIn('"ratings": 6000', self.program.succeed("stats", "--ratings", "ratings.csv", "--json", "/dev/stdout"))
        status, _, err = self.program.run("stats", "--ratings", "ratings.csv", "--json", "/dev/full")
        self.assertEqual((status, err), (2, "asysvd: /dev/full: it can't be written\n"))


if __name__ == "__main__":
    asysvd = os.path.abspath(sys.argv.pop(1))
    require_strace()
    unittest.main()
