# SPDX-License-Identifier: MIT
"""SVG plots by gnuplot, all in one style."""
import subprocess


def svg(path, xlabel, ylabel, rows, commands):
    """Draws what `commands` plot of the block of data $rows, whose rows are tuples of numbers."""
    script = """
set terminal svg size 720,400 font 'sans-serif,13' background '#ffffff'
set output '%s'
set xlabel '%s'
set ylabel '%s'
set grid lc rgb '#dddddd'
$rows << end
%s
end
%s
""" % (path.replace("'", "''"), xlabel, ylabel, "\n".join(" ".join("%.9g" % number for number in row) for row in rows),
       commands)
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
