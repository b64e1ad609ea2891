# SPDX-License-Identifier: MIT
"""usage: cpp_blocks.py OUTPUT.cpp PAGE...
Makes a program of the C++ on the pages, which are Markdown, or headers whose doc comments have blocks. Each page is a
function, which runs its blocks one after the other: each sees the names of those before it, and may use them for
something else. Those of a header see what doc_comments.hpp has. A block that begins with a type stands before the
function, and one that is a whole program is called as such. Errors of the compiler name the line of the page.
"""
import re
import sys
from pathlib import Path

from blocks import blocks

TYPE = re.compile(r"\s*(///.*\n\s*)*(template|struct|class|namespace)\b")


def page_function(page):
    name = re.sub(r"\W", "_", page.name.lower())
    includes, types, statements = [], [], []
    if page.suffix == ".hpp":
        includes.append(f'#include "{page}"')
        statements.append("{ using namespace asysvd; using namespace doc_comments;")
    for begin, lines in blocks(page, "cpp"):
        includes += [line for line in lines if line.startswith("#include")]
        code = "\n".join("" if line.startswith("#include") else line for line in lines)
        place = f'#line {begin} "{page}"\n'
        if "int main()" in code:
            types.append(place + code.replace("int main()", f"void program_{begin}()"))
            statements.append(f"{{ program_{begin}();")
        elif TYPE.match(code.lstrip("\n")):
            types.append(place + code)
        else:
            statements.append("{\n" + place + code)
    ends = "}" * len(statements)
    body = "\n".join(types) + f"\nvoid run() {{\n" + "\n".join(statements) + f"\n{ends}\n}}\n"
    return name, includes, f"namespace page_{name} {{\n{body}}}  // namespace page_{name}\n"


def main():
    output, *pages = map(Path, sys.argv[1:])
    functions = [page_function(page) for page in pages if any(blocks(page, "cpp"))]
    includes = sorted({include.split("//")[0].strip() for _, of_page, _ in functions for include in of_page})
    calls = "".join(f'  std::puts("{name}");\n  page_{name}::run();\n' for name, _, _ in functions)
    text = ['#include "doc_comments.hpp"', "#include <cstdio>", *includes, *(body for _, _, body in functions),
            f"int main() {{\n{calls}}}\n"]
    output.write_text("\n".join(text), encoding="utf-8")


main()
