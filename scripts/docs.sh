#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: scripts/docs.sh [--check]
# Makes the site, reference and pages, in build/docs/html. A warning of Doxygen's, such as a public name without a
# comment or a link to nowhere, is an error. With --check, all of it is read, nothing is installed, and there is no site.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "${1:-}" = --check ] || scripts/install_dependencies.sh docs
mkdir -p build/docs
for example in examples/*.cpp; do
  # Its first comment is what the list of examples says of it.
  printf '/// \\example %s\n%s\n\n' "$(basename "$example")" "$(sed -n '2,/^[^/]/{ s#^// \(.*\)#/// \1#p }' "$example")"
done >build/docs/examples.dox
ASYSVD_VERSION=$(sed -n 's/^#define ASYSVD_VERSION_[A-Z]* //p' include/asysvd/version.hpp | paste -sd.)
export ASYSVD_VERSION
{
  cat docs/Doxyfile
  if [ "${1:-}" = --check ]; then printf 'GENERATE_HTML = NO\nGENERATE_XML = YES\n'; fi
} | doxygen -
