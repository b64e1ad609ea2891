#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/portability.sh [LEG...]
# Builds and runs the tests that a compiler, a standard library or a machine is most likely to break, with all of these
# that Debian or Ubuntu packages: on the legs named, or on all. A leg whose packages are not there, or would take others
# away, is skipped by name. Needs the rights to install. scripts/test.sh runs every test, on compilers as they come.
set -euo pipefail
cd "$(dirname "$0")/.."

tests=(sparse_matrix data_detail_numbers data_reader io_safetensors model train_determinism train_exactness train_targets)
cxx23=-DCMAKE_CXX_STANDARD=23

command -v apt-get >/dev/null || { echo "portability.sh knows the packages of Debian and Ubuntu only" >&2; exit 2; }
newest() { apt-cache search --names-only "^$1-[0-9]+\$" | sed 's/ .*//' | sort -V | tail -1; }
gxx=$(newest 'g\+\+')
clang=$(newest clang)

# usage: leg NAME PACKAGES COMPILER FLAGS [OPTION OF CMAKE...]
leg() {
  local name=$1 packages=$2 compiler=$3 flags=$4
  shift 4
  [[ -z $chosen || " $chosen " == *" $name "* ]] || return 0
  # shellcheck disable=SC2086 # the packages are words
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends --no-remove $packages >/dev/null 2>&1
  then
    results+=("$name: skipped, without $packages")
    return 0
  fi
  local build=build/portability/$name outcome=failed
  if cmake -G Ninja -S . -B "$build" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="-O1 $flags" \
    -DASYSVD_BUILD_EXAMPLES=OFF -DASYSVD_WARNINGS_AS_ERRORS=ON "$@" >"$build.log" &&
    cmake --build "$build" --target "${tests[@]/#/test_}" -- -k 0 -j "${JOBS:-$(getconf _NPROCESSORS_ONLN)}" &&
    ctest --test-dir "$build" --output-on-failure --tests-regex "^($(IFS='|' && echo "${tests[*]}"))\$"; then
    outcome=passed
  fi
  results+=("$name: $outcome, $("$compiler" --version | head -1)")
}

chosen=$*
results=()
mkdir -p build/portability
scripts/install_dependencies.sh test

leg g++-12 g++-12 g++-12 ""
leg g++-newest "$gxx" "$gxx" ""
leg g++-c++23 "$gxx" "$gxx" "" $cxx23
leg clang-14 clang-14 clang++-14 ""
leg clang-newest "$clang" "${clang/clang/clang++}" ""
leg clang-c++23 "$clang" "${clang/clang/clang++}" "" $cxx23
# Older ones cannot serve: libc++ 14 has not the algorithms of std::ranges, and no std::from_chars of numbers with a point.
# Linked to the archive, since the shared library that comes along may be of an older version.
leg libc++-newest "$clang libc++-${clang#*-}-dev libc++abi-${clang#*-}-dev" "${clang/clang/clang++}" -stdlib=libc++ $cxx23 \
  -DCMAKE_EXE_LINKER_FLAGS=-static-libstdc++
# What builds that know the processor compile in the place of choosing while they run. Of its own headers for AVX-512 g++ 12
# warns that they read what was never set.
leg avx2 g++-12 g++-12 -march=x86-64-v3
if grep -qw avx512vl /proc/cpuinfo; then leg avx512 g++-12 g++-12 "-march=x86-64-v4 -Wno-maybe-uninitialized"; fi
# Without gcc-multilib, which takes cross compilers away, the headers of the kernel are not where -m32 looks.
# The standard library's sizes have 32 bits there, ours 64, at each of which -Wconversion warns. Registers of the i387 hold
# more digits than numbers do, so that without SSE2 nothing would have the same bits twice.
leg 32-bit "${gxx}-multilib" "$gxx" "-m32 -msse2 -mfpmath=sse -idirafter /usr/include/x86_64-linux-gnu" \
  -DASYSVD_WARNINGS_AS_ERRORS=OFF
leg aarch64 "g++-aarch64-linux-gnu qemu-user-static" aarch64-linux-gnu-g++ "" -DCMAKE_SYSTEM_NAME=Linux \
  -DCMAKE_SYSTEM_PROCESSOR=aarch64 "-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64-static;-L;/usr/aarch64-linux-gnu"

printf '%s\n' "${results[@]}"
[[ ${#results[@]} -gt 0 && "${results[*]}" != *": failed"* ]]
