#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: plot_tuning.py RESULT PICTURE

Plots how the RMSE of a search fell: RESULT is what `asysvd tune --json RESULT` wrote, PICTURE the SVG file to
make, with gnuplot.
"""
import json
import sys

import plot


def main():
    result, picture = sys.argv[1:]
    with open(result) as file:
        found = json.load(file)
    points = [(point["seconds"], point["rmse"]) for point in found["curve"]]
    points.append((sum(trial["seconds"] for trial in found["trials"]), found["rmse"]))
    plot.svg(picture, "seconds of training", "least validation RMSE", points, """
set key off
set xrange [0:*]
plot $rows using 1:2 with steps lw 3 lc rgb '#0060ad', '' every ::0::%d using 1:2 with points pt 7 lc rgb '#0060ad'
""" % (len(points) - 2))


main()
