#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: plot_tuning.py RESULT PLOT

Plots how the RMSE of a search fell: RESULT is what `asysvd tune --json RESULT` wrote, PLOT the SVG file to make, with
gnuplot.
"""
import json
import subprocess
import sys


def main():
    result, plot = sys.argv[1:]
    with open(result) as file:
        found = json.load(file)
    points = [(point["seconds"], point["rmse"]) for point in found["curve"]]
    points.append((sum(trial["seconds"] for trial in found["trials"]), found["rmse"]))
    script = """
set terminal svg size 720,400 font 'sans-serif,13' background '#ffffff'
set output '%s'
set xlabel 'seconds of training'
set ylabel 'least validation RMSE'
set grid lc rgb '#dddddd'
set key off
set xrange [0:*]
$rows << end
%s
end
plot $rows using 1:2 with steps lw 3 lc rgb '#0060ad', '' every ::0::%d using 1:2 with points pt 7 lc rgb '#0060ad'
""" % (plot.replace("'", "''"), "\n".join("%.3f %.6f" % point for point in points), len(points) - 2)
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


main()
