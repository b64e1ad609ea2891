#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns Google Benchmark's JSON into the table of docs/benchmarks.md: million ratings a second, medians, with the error
that the last epoch met, and each user pass as a ratio to the plain matrix factorisation in the same order of samples; at
the end, the share that user passes reach of the speed at which their rows can be read and written at all."""
import collections
import json
import sys

NAMES = {
    "plain_mf/sequential": "plain matrix factorisation, as stored",
    "plain_mf/by_user": "plain matrix factorisation, `ByUser`",
    "user_pass/explicit/sequential": "`ExplicitFeedback`, as stored",
    "user_pass/explicit": "`ExplicitFeedback`, `ByUser`",
    "user_pass/explicit/fixed_k": "the same, k known at compile time",
    "user_pass/full_leave_one_out": "`FullFeedback`, leave-one-out, `ByUser`",
    "some_users/user_pass": "a hundredth of the users, user pass",
    "some_users/per_sample": "the same ratings, per-sample step",
    "lecture": "the lecture's loop in C++ with Eigen",
    "traffic/explicit": "the rows of `ExplicitFeedback` read and written, no more",
    "traffic/full": "the rows of `FullFeedback`, leave-one-out, read and written, no more",
}
CEILINGS = {"user_pass/explicit": "traffic/explicit", "user_pass/full_leave_one_out": "traffic/full"}
BASELINES = {
    "user_pass/explicit/sequential": "plain_mf/sequential",
    "user_pass/explicit": "plain_mf/by_user",
    "user_pass/explicit/fixed_k": "plain_mf/by_user",
    "user_pass/full_leave_one_out": "plain_mf/by_user",
    "some_users/user_pass": "some_users/per_sample",
}


def main():
    result = json.load(open(sys.argv[1]))
    context = result["context"]
    print("{num_cpus} processors of {mhz_per_cpu} MHz, compiler {compiler}, {date}".format(**context))
    speed = collections.defaultdict(dict)
    rmse = {}
    for entry in result["benchmarks"]:
        if entry.get("aggregate_name") != "median":
            continue
        name, k = entry["run_name"].rsplit("/k:", 1)
        what, shape = name.rsplit("/", 1)
        speed[shape][what, int(k)] = entry["items_per_second"] / 1e6
        rmse[shape, what, int(k)] = entry.get("rmse")  # what only reads and writes has none

    for shape, rows in speed.items():
        widths = sorted({k for _, k in rows})
        print(f"\n{shape} shape, million ratings a second (ratio to its baseline; RMSE)\n")
        print("| | " + " | ".join(f"k={k}" for k in widths) + " |\n|---|" + "---|" * len(widths))
        for what, name in NAMES.items():
            cells = []
            for k in widths:
                if (what, k) not in rows:
                    cells.append("")
                    continue
                value = rows[what, k]
                ratio = value / rows[BASELINES[what], k] if (BASELINES.get(what), k) in rows else None
                error = rmse[shape, what, k]
                beside = "; ".join(([f"{ratio:.3g}"] if ratio else []) + ([f"{error:.3f}"] if error else []))
                cells.append(f"{value:.3g}" + (f" ({beside})" if beside else ""))
            if any(cells):
                print(f"| {name} | " + " | ".join(cells) + " |")
        for what, ceiling in CEILINGS.items():
            cells = [f"{rows[what, k] / rows[ceiling, k]:.2f}" if {(what, k), (ceiling, k)} <= rows.keys() else ""
                     for k in widths]
            if any(cells):
                print(f"| {NAMES[what]}: its share of that | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
