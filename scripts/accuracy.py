#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: accuracy.py PROGRAM DATA OUTPUT [SECONDS]

Cross-validates the program's defaults and each ingredient left out in turn, and prints tables in Markdown; plots the
learning curves with gnuplot. Given SECONDS, tunes for so long on each fold of MovieLens-100K instead.
"""
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

import plot

VARIANTS = [
    ("the defaults", ""),
    ("one member of 50 factors instead of five of ten", "--members 1"),
    ("the last epoch instead of the average over epochs", "--averaging 1"),
    ("the same with a step that decays", "--averaging 1 --decay 0.93"),
    ("λ_q at each rating instead of a whole", "--whole-lambda-q 0 --lambda-q 0.05"),
    ("λ of biases at each rating instead of a whole", "--whole-lambda-user 0 --whole-lambda-item 0 --lambda-bias 0.02"),
    ("without leave-one-out", "--leave-one-out off"),
    ("without implicit feedback", "--feedback explicit"),
    ("without explicit feedback", "--feedback implicit"),
    ("rows shrunk at each sample, λ_x = λ_y = 0.002", "--shrink per-sample --lambda-x 0.002 --lambda-y 0.002"),
    ("ten members of ten factors", "--members 10 --factors 100"),
]
SAMPLERS = [("`ByUser`", "by-user"), ("`Shuffled`", "shuffled"), ("`Sequential`", "sequential")]


class Accuracy:
    def __init__(self, program, data, output):
        self.program, self.output = program, output
        self.threads = ["--threads", str(os.cpu_count())]
        self.ratings = {name: os.path.join(data, name, file) for name, file in
                        (("ml-100k", "u.data"), ("ml-latest-small", "ratings.csv"))}
        folds = [[os.path.join(data, "ml-100k", "u%d.%s" % (n, part)) for part in ("base", "test")] for n in range(1, 6)]
        self.published = [word for fold in folds for word in ["--fold"] + fold]
        self.folds = folds

    def run(self, *words):
        with tempfile.TemporaryDirectory() as folder:
            result = os.path.join(folder, "result.json")
            subprocess.run([self.program, *words, "--json", result], check=True, stdout=subprocess.DEVNULL)
            with open(result) as file:
                return json.load(file)

    def cross_validated(self, name, flags):
        which = self.published if name == "ml-100k" else ["--ratings", self.ratings[name], "--folds", "5"]
        return self.run("cross-validate", *which, *flags.split(), *self.threads)

    def table(self, head, variants):
        print("| %s | ML-100K, u1 to u5 | ML-latest-small, 5 folds |\n|---|---|---|" % head)
        for what, flags in variants:
            cells = [self.cross_validated(name, flags) for name in ("ml-100k", "ml-latest-small")]
            print("| %s | %s |" % (what, " | ".join("%.4f ± %.4f" % (c["rmse"], c["asysvd"]["rmse_deviation"])
                                                    for c in cells)), flush=True)
        print()

    def seeds(self):
        base, test = self.folds[0]
        errors = [self.run("train", "--ratings", base, "--test", test, "--seed", str(seed), *self.threads)["rmse"]
                  for seed in range(1, 11)]
        print("ML-100K u1 over ten seeds: mean %.4f, standard deviation %.5f\n"
              % (statistics.mean(errors), statistics.stdev(errors)))

    def curves(self):
        for name, path in self.ratings.items():
            rows = [self.run("train", "--ratings", path, "--validation", "0.1", "--epochs", "60", *flags, *self.threads)
                    ["history"] for flags in ([], ["--members", "1"], ["--averaging", "1"])]
            epochs = [(row[0]["epoch"], *(epoch["validation_rmse"] for epoch in row)) for row in zip(*rows)]
            plot.svg("%s/accuracy-%s.svg" % (self.output, name), "epoch", "validation RMSE", epochs, """
set key top right
set yrange [*:%.3f]
plot $rows using 1:2 with lines lw 3 lc rgb '#0060ad' title 'defaults', \\
     '' using 1:3 with lines lw 2 lc rgb '#dd181f' title 'one member', \\
     '' using 1:4 with lines lw 2 lc rgb '#7a7a7a' title 'no average over epochs'
""" % (min(epoch[1] for epoch in epochs) + 0.06))

    def tuned(self, seconds):
        """Searches inside each training file, and opens its test file once, for what was found."""
        errors = []
        for base, test in self.folds:
            found = self.run("tune", "--ratings", base, "--budget", seconds)
            errors.append(self.run(*shlex.split(found["command"])[1:], "--test", test, *self.threads)["rmse"])
            print("%s, %s seconds of search: validation RMSE %.4f, test RMSE %.4f; %s"
                  % (os.path.basename(base), seconds, found["rmse"], errors[-1], found["command"]), flush=True)
        print("ML-100K, u1 to u5, tuned: %.4f\n" % statistics.mean(errors))


def main():
    accuracy = Accuracy(*sys.argv[1:4])
    if len(sys.argv) == 5:
        return accuracy.tuned(sys.argv[4])
    accuracy.table("", VARIANTS)
    accuracy.table("sampler, one member, no average", [(what, "--members 1 --averaging 1 --decay 0.93 --epochs 20 "
                                                       "--sampler " + name) for what, name in SAMPLERS])
    accuracy.seeds()
    accuracy.curves()


main()
