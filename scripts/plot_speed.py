#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: plot_speed.py docs/benchmarks.md OUTPUT.svg
Draws the table of docs/benchmarks.md: the speed of the user pass by the number of factors, beside plain matrix
factorisation and beside what the machine needs for the rows alone."""
import re
import sys

from benchmark_table import NAMES
from plot import svg

ROWS = {"plain_mf/by_user": "plain matrix factorisation", "user_pass/explicit": "ExplicitFeedback",
        "user_pass/full_leave_one_out": "FullFeedback, leave-one-out",
        "traffic/explicit": "the rows of ExplicitFeedback, no more", "traffic/full": "the rows of FullFeedback, no more"}
STYLES = ["lc rgb '#888888' pt 7", "lc rgb '#0060ad' pt 7", "lc rgb '#c04000' pt 7", "lc rgb '#0060ad' dt 3 pt 6",
          "lc rgb '#c04000' dt 3 pt 6"]


def table(page):
    """The cells of each row of the first table whose columns are numbers of factors, and these numbers."""
    lines = iter(page.splitlines())
    head = next(line for line in lines if line.startswith("| | k="))
    next(lines)
    rows = {}
    for line in lines:
        if not line.startswith("|"):
            break
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows[name] = [float(cell.split()[0]) for cell in cells]
    return [int(k) for k in re.findall(r"k=(\d+)", head)], rows


def main():
    page, output = sys.argv[1:]
    with open(page, encoding="utf-8") as file:
        factors, rows = table(file.read())
    columns = [rows[NAMES[row]] for row in ROWS]
    lines = [f"$rows using 1:{n + 2} with linespoints lw 2 {style} title '{title}'"
             for n, (title, style) in enumerate(zip(ROWS.values(), STYLES))]
    svg(output, "factors k", "million ratings a second, one core", list(zip(factors, *columns)),
        "set logscale x 2\nset xrange [8:160]\nset yrange [0:*]\nset xtics (" + ", ".join(map(str, factors)) +
        ")\nplot " + ", ".join(lines))


main()
