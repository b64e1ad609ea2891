#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: install_dependencies.sh (run|service|test|coverage|valgrind|page|load|accuracy|fuzz|analyze|docs)
# Installs what is missing from the system's packages: for `run` what builds and runs the program, for `service` what the
# service needs as well, for `test` what the tests do, for `coverage` what counts what they run, for `valgrind` what looks
# for uses of what was never written, for `page` what tests the service's page, for `load` what measures how much it bears,
# for `accuracy` what makes tables and plots, for `fuzz` what looks for inputs that break it, for `analyze` what looks at
# the code, for `docs` what makes the site. Does nothing, and needs no rights, when all is there.
set -euo pipefail

purpose=${1:?usage: install_dependencies.sh (run|service|test|coverage|valgrind|page|load|accuracy|fuzz|analyze|docs)}

say() { printf '%s\n' "$*" >&2; }

with_apt() {
  local wanted=(g++ cmake ninja-build libeigen3-dev libcli11-dev nlohmann-json3-dev)
  case $purpose in service | test | coverage | page | load) wanted+=(libcpp-httplib-dev pkg-config) ;; esac
  case $purpose in
    test) wanted+=(clang binutils dpkg-dev doctest-dev libbenchmark-dev python3 python3-numpy nodejs gnuplot-nox strace doxygen) ;;
    coverage) wanted+=(clang llvm libclang-rt-dev doctest-dev python3 python3-numpy nodejs) ;;
    valgrind) wanted+=(valgrind) ;;
    page) wanted+=(chromium-driver python3) ;;
    load) wanted+=(wrk curl) ;;
    accuracy) wanted+=(python3 gnuplot-nox) ;;
    fuzz) wanted+=(clang libclang-rt-dev doctest-dev) ;;
    analyze) wanted+=(clang-tidy cppcheck pkg-config) ;;
    docs) wanted=(doxygen doxygen-awesome-css python3) ;;
  esac
  local missing=() package
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "To install: ${missing[*]}. Run this as root, or install sudo."; exit 1; }
    root=(sudo)
  fi
  say "Installing ${missing[*]}"
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "${missing[@]}" >/dev/null
}

with_brew() {
  local wanted=(cmake ninja eigen cli11 nlohmann-json)
  case $purpose in service | test | coverage | page | load) wanted+=(cpp-httplib pkgconf) ;; esac
  [ "$purpose" = test ] && wanted+=(doctest google-benchmark gnuplot)
  [ "$purpose" = coverage ] && wanted+=(llvm doctest)
  [ "$purpose" = load ] && wanted+=(wrk)
  [ "$purpose" = accuracy ] && wanted+=(gnuplot)
  local formula
  for formula in "${wanted[@]}"; do
    brew list --versions "$formula" >/dev/null || brew install --quiet "$formula"
  done
}

if command -v apt-get >/dev/null; then
  with_apt
elif command -v brew >/dev/null; then
  with_brew
else
  say "Neither apt-get nor Homebrew is here. Needed: a C++20 compiler, CMake 3.22, Ninja, Eigen 3.4, CLI11 and"
  say "nlohmann/json; for the service also cpp-httplib and pkg-config, for the tests doctest and Google Benchmark. If"
  say "all are installed, this goes on."
fi
