# SPDX-License-Identifier: MIT
"""usage: version.py SOURCE
The version stands in include/asysvd/version.hpp; wherever else it is written, it is the same, and the inline namespace of
all headers tells what programs have to be compiled anew for. The files around it are what they claim to be: JSON,
Python."""
import ast
import json
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
header = (root / "include/asysvd/version.hpp").read_text()
parts = [re.search(rf"^#define ASYSVD_VERSION_{part} (\d+)$", header, re.M)[1] for part in ("MAJOR", "MINOR", "PATCH")]
version = ".".join(parts)

port = json.loads((root / "packaging/vcpkg/ports/asysvd/vcpkg.json").read_text())
written = {"vcpkg.json": port["version-semver"]}

recipe = ast.parse((root / "packaging/conan/conanfile.py").read_text())
ast.parse((root / "packaging/conan/test_package/conanfile.py").read_text())
written["conanfile.py"] = next(
    statement.value.value
    for kind in recipe.body if isinstance(kind, ast.ClassDef)
    for statement in kind.body if isinstance(statement, ast.Assign) and statement.targets[0].id == "version")

written["CITATION.cff"] = re.search(r"^version: (\S+)$", (root / "CITATION.cff").read_text(), re.M)[1]

wrong = [f"{file} says {found}" for file, found in written.items() if found != version]
pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
asked = [(page, found) for page in pages for found in re.findall(r"find_package\(asysvd ([\d.]+)", page.read_text())]
wrong += [f"{page.name} asks for {found}" for page, found in asked if found != ".".join(parts[:2])]
if not asked:
    wrong.append("no page says find_package(asysvd VERSION)")
released = re.findall(r"^## \[(\d\S*)\]", (root / "CHANGELOG.md").read_text(), re.M)
if released and released[0] != version:
    wrong.append(f"CHANGELOG.md has {released[0]} last")
namespace = f"v{parts[0]}" if parts[0] != "0" else f"v0_{parts[1]}"
for path in sorted((root / "include").rglob("*.hpp")):
    text = path.read_text()
    if text.count("namespace asysvd {\n") != text.count(f"namespace asysvd {{\ninline namespace {namespace} {{\n"):
        wrong.append(f"{path.name} is not in the inline namespace {namespace}")
if wrong:
    sys.exit(f"version.hpp says {version}; " + "; ".join(wrong))
