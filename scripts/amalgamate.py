#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: amalgamate.py OUT [HEADER...]

Writes one header, for projects that would rather copy a file than find a package: the named ones, such as asysvd/model.hpp,
and all that they include of the library, each once and before whoever includes it. Without names, every public header that
needs no other library than Eigen.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
include = root / "include"
own = re.compile(r"^#include <(asysvd/[^>]+)>\n", re.MULTILINE)
skipped = re.compile(r"^(// SPDX-License-Identifier: .*|#pragma once)\n", re.MULTILINE)


def text_of(header):
    return (include / header).read_text(encoding="utf-8")


def in_order(headers, known):
    """Adds to `known` the headers and what they include, those that are included first."""
    for header in headers:
        if header not in known:
            in_order(own.findall(text_of(header)), known)
            known.append(header)
    return known


def public_headers():
    """Those that need no other library than Eigen."""
    everything = sorted(path.relative_to(include).as_posix() for path in include.glob("asysvd/**/*.hpp"))
    public = [header for header in everything if "/detail/" not in header]
    return [header for header in public if not any("<nlohmann/" in text_of(used) for used in in_order([header], []))]


def main(out, *wanted):
    version = ".".join(re.findall(r"#define ASYSVD_VERSION_[A-Z]+ (\d+)", text_of("asysvd/version.hpp")))
    parts = ["// SPDX-License-Identifier: MIT\n", f"// asysvd {version}, put together by scripts/amalgamate.py\n"]
    parts += [f"// {line}".rstrip() + "\n"
              for line in (root / "LICENSE").read_text(encoding="utf-8").splitlines()]
    parts.append("#pragma once\n")
    for header in in_order(wanted or public_headers(), []):
        parts.append(f"\n// {header}\n" + skipped.sub("", own.sub("", text_of(header))))
    pathlib.Path(out).write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
