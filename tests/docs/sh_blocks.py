# SPDX-License-Identifier: MIT
"""usage: sh_blocks.py PROGRAM PAGE.md...
Runs the commands on the pages in which `asysvd` is called, a page in a folder of its own, and fails where one fails. Of
scripts, which install and build, it says whether they are there.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from blocks import blocks


def main():
    program = Path(sys.argv[1]).resolve()
    project = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    for page in map(Path, sys.argv[2:]):
        commands = ["set -eu"]
        for _, lines in blocks(page, "sh"):
            for script in re.findall(r"^scripts/\w+\.sh", "\n".join(lines), re.MULTILINE):
                if not os.access(project / script, os.X_OK):
                    raise SystemExit(f"{page}: there is no {script}")
            if not any(line.startswith("scripts/") for line in lines):
                commands += lines
        with tempfile.TemporaryDirectory() as folder:
            ran = subprocess.run(["bash", "-c", "\n".join(commands)], cwd=folder, env=environment, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if ran.returncode != 0:
            raise SystemExit(f"{ran.stdout}{page}: a command failed, with status {ran.returncode}")


main()
