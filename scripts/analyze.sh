#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/analyze.sh
# Looks at all headers without running them: clang-tidy, by the checks of .clang-tidy, and cppcheck. The first finding
# ends it as failed.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_dependencies.sh analyze
mapfile -t headers < <(find include -name '*.hpp' | sort)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A part of cppcheck's performance checks is about style: that values which are set one after the other in a constructor
# be set before it. It does not know the template parameters of a lambda, and leaves out what includes one: so it is
# given a copy without them.
cp -r include "$work"
find "$work" -name '*.hpp' -exec sed -i 's/\[&\]<[^<>()]*>()/[\&]()/' {} +
(
  cd "$work/include"
  cppcheck --enable=warning,performance,portability --suppress=useInitializationList --std=c++20 --language=c++ --quiet \
    -I. --error-exitcode=1 "${headers[@]#include/}"
)

all=$work/all.cpp
printf '#include <%s>\n' "${headers[@]#include/}" >"$all"
read -r eigen < <(pkg-config --cflags-only-I eigen3) # and not $(...), which keeps the blank that may follow
clang-tidy --quiet --config-file=.clang-tidy "$all" -- -std=c++20 -Iinclude -isystem "${eigen#-I}"
