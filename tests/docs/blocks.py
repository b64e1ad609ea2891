# SPDX-License-Identifier: MIT
"""The blocks of code of a page, or of the doc comments of a header, in order, with the line that each begins at.

A block stands between ```LANGUAGE and ```. What a test needs besides, and a reader does not, stands between <!-- LANGUAGE
and -->.
"""
import re

DOC_COMMENT = re.compile(r"\s*/// ?")


def blocks(page, language):
    end = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if page.suffix == ".hpp":
            line = DOC_COMMENT.sub("", line, count=1)
        if end is None:
            if line in ("```" + language, "<!-- " + language):
                end = "```" if line[0] == "`" else "-->"
                begin, lines = number + 1, []
        elif line == end:
            yield begin, lines
            end = None
        else:
            lines.append(line)
    if end is not None:
        raise SystemExit(f"{page}: a block without an end")
