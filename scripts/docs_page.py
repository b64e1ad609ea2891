#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: docs_page.py FILE.md
A Markdown page as Doxygen takes it, on standard output. Links in the pages are as on GitHub, to files and to headings in
them; Doxygen wants names for both, and has the examples under names of its own.
"""
import posixpath
import re
import sys
from pathlib import Path

HIDDEN = re.compile(r"<!--.*?-->\n?", re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")


def page(path):
    return "index" if path.name == "README.md" else path.stem.lower()


def slug(heading):
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def name(path, heading):
    return page(path) + "-" + heading if heading else page(path)


def link(match, of):
    target, heading = match[1], match[2]
    if not target or target.endswith(".md"):
        return "](#" + name(Path(target) if target else of, heading) + ")"
    if target.endswith(".cpp"):
        return "](" + posixpath.basename(target).replace("_", "__").replace(".", "_8") + "-example.html)"
    return match[0]


def converted(path):
    inside_code = False
    title_seen = False
    for line in HIDDEN.sub("", path.read_text(encoding="utf-8")).splitlines():
        if line.startswith("```"):
            inside_code = not inside_code
        heading = re.match(r"(#+) (.*)", line)
        if inside_code:
            yield line
        elif heading and not title_seen:
            title_seen = True
            yield line if page(path) == "index" else f"{line} {{#{page(path)}}}"
        elif heading:
            yield f"{line} {{#{name(path, slug(heading[2]))}}}"
        else:
            yield LINK.sub(lambda match: link(match, path), line)


def main():
    path = Path(sys.argv[1])
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(converted(path)))


main()
