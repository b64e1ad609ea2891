#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/analyze.sh
# Looks at all headers without running them: clang-tidy, by the checks of .clang-tidy, and cppcheck. The first finding
# ends it as failed.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_dependencies.sh analyze
mapfile -t headers < <(find include -name '*.hpp' | sort)

# A part of cppcheck's performance checks is about style: that values which are set one after the other in a constructor
# be set before it. It does not know a template argument of C++20 when it meets one in kernel.hpp, and leaves out what
# includes that; clang-tidy does not.
cppcheck --enable=warning,performance,portability --suppress=useInitializationList \
  --suppress=internalAstError:include/asysvd/train/detail/kernel.hpp --std=c++20 --language=c++ --quiet -Iinclude \
  --error-exitcode=1 "${headers[@]}"

all=$(mktemp --suffix=.cpp)
trap 'rm -f "$all"' EXIT
printf '#include <%s>\n' "${headers[@]#include/}" >"$all"
read -r eigen < <(pkg-config --cflags-only-I eigen3) # and not $(...), which keeps the blank that may follow
clang-tidy --quiet --config-file=.clang-tidy "$all" -- -std=c++20 -Iinclude -isystem "${eigen#-I}"
