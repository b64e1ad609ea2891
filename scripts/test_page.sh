#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/test_page.sh [FOLDER]
# Tests the service and its page, end to end, in a headless Chromium: which is large, and so installed by this script
# alone. Leaves pictures of the page in FOLDER.
set -euo pipefail
folder=${1:+$(mkdir -p "$1" && cd "$1" && pwd)}
cd "$(dirname "$0")/.."
scripts/install_dependencies.sh page
build=build/demo
cmake --preset demo -G Ninja >/dev/null
cmake --build $build --target asysvd_cli asysvd_service -- --quiet
programs="$build/examples/cli/asysvd $build/examples/service/asysvd_service"
python3 tests/service/answers.py $programs
python3 tests/service/page.py $programs ${folder:+"$folder"}
