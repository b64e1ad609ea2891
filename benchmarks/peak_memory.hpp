// SPDX-License-Identifier: MIT
/// \file
/// The most memory that a benchmark has held.
#pragma once

#include <sys/resource.h>

/// In MiB.
inline double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // KiB on Linux
}
