#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: interruption.py ASYSVD

SIGINT and SIGTERM while a model is trained: the first ends the fit after its epoch, and what was learned is kept; the second
ends the program at once.
"""
import json
import os
import signal
import sys
import time
import unittest

from program import SKIPPED, Program

learn = ["train", "--ratings", "ratings.csv", "--factors", "8"]
for_ever = [*learn, "--epochs", "1000000", "--save", "model"]
slow = ["train", "--ratings", "ratings.csv", "--factors", "8000", "--members", "1", "--epochs", "1000000"]


def catches(process, number):
    """Whether the process has a handler for the signal, as it has while it learns."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        caught = next(int(line.split()[1], 16) for line in file if line.startswith("SigCgt:"))
    return caught >> (number - 1) & 1 == 1


def until(holds, what):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.005)


class Interruption(unittest.TestCase):
    def setUp(self):
        self.program = Program(asysvd).__enter__()
        self.addCleanup(self.program.__exit__)

    def learning(self, *arguments, **more):
        process = self.program.start(*arguments, **more)
        until(lambda: process.poll() is not None or catches(process, signal.SIGTERM), "the fit to begin")
        return process

    def interrupted(self, number, *arguments):
        """Ends a fit by a signal after some epochs; returns what it prints, complains about, and tells as JSON."""
        process = self.learning(*arguments, "--json", "told")
        time.sleep(0.2)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("cancelled", out)
        self.assertEqual(err.count("\n"), 1, err)
        told = json.loads(self.program.read("told"))
        self.assertEqual(told["stop_reason"], "cancelled")
        self.assertIn(f"asysvd: interrupted; the model is that of epoch {told['best_epoch']}", err)
        self.assertEqual(self.program.litter(), [])
        return out, err, told

    def test_the_model_is_that_of_a_fit_of_as_many_epochs(self):
        for number in signal.SIGINT, signal.SIGTERM:
            with self.subTest(number):
                *_, told = self.interrupted(number, *for_ever)
                self.assertEqual(told["best_epoch"], told["epochs"])
                self.program.succeed(*learn, "--epochs", str(told["epochs"]), "--save", "short")
                command = ["evaluate", "--ratings", "ratings.csv", "--test", "others.csv"]
                ends = [self.program.succeed(*command, "--model", model) for model in ("model", "short")]
                self.assertEqual(*ends)

    def test_with_validation_it_is_the_best_one(self):
        *_, told = self.interrupted(signal.SIGINT, *for_ever, "--validation", "0.2", "--learning-rate", "0.05")
        measured = [row["validation_rmse"] for row in told["history"]]
        self.assertEqual(told["best_epoch"], 1 + measured.index(min(measured)))

    def test_with_a_checkpoint_the_same_command_goes_on(self):
        command = [*for_ever, "--checkpoint", "kept"]
        _, err, told = self.interrupted(signal.SIGTERM, *command)
        self.assertIn("the same command goes on", err)
        out, _, again = self.interrupted(signal.SIGTERM, *command)
        self.assertIn("going on after epoch", out)
        self.assertEqual(again["history"][0], told["history"][0])  # the same to the seconds that it took: not run again

    def test_the_second_signal_ends_it_at_once(self):
        for first, second in (signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT):
            with self.subTest(f"{first}, {second}"):
                process = self.learning(*slow, "--save", "slow")
                process.send_signal(first)
                until(lambda: process.poll() is not None or not catches(process, second), "the first signal")
                process.send_signal(second)
                process.communicate(timeout=60)
                self.assertEqual(process.returncode, -second)
                self.assertIsNone(self.program.read("slow"))

    def test_what_was_ignored_stays_so(self):
        process = self.learning(*for_ever, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)

    def test_a_search_tells_the_best_so_far(self):
        command = ["tune", "--ratings", "ratings.csv", "--factors", "8", "--budget", "1000", "--threads", "2",
                   "--validation-folds", "1", "--json", "told"]
        process = self.program.start(*command)
        for line in process.stdout:
            if line.split()[:1] == ["1"]:  # the first trial
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertRegex(err, r"^asysvd: interrupted after \d+ trials\n$")
        told = json.loads(self.program.read("told"))
        self.assertEqual(told["rmse"], min(trial["rmse"] for trial in told["trials"]))
        self.assertIn(told["command"], out)


if __name__ == "__main__":
    asysvd = os.path.abspath(sys.argv.pop(1))
    if not os.path.exists("/proc/self/status"):
        print("skipped: nothing here tells when a program has begun to learn")
        sys.exit(SKIPPED)
    unittest.main()
