// SPDX-License-Identifier: MIT
// Published data sets, which are not part of the project.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace asysvd::test {

/// A file below the folder that the environment variable ASYSVD_DATA names, or below `../shared/data` beside the
/// source. Where it is missing, the test says that it was skipped and should return.
inline std::optional<std::filesystem::path> real_data(const char* relative) {
  const char* const folder = std::getenv("ASYSVD_DATA");
  const auto path = (folder != nullptr ? std::filesystem::path(folder)
                                       : std::filesystem::path(ASYSVD_SOURCE_DIR) / ".." / "shared" / "data") /
                    relative;
  if (std::filesystem::exists(path)) return path;
  MESSAGE("skipped: ", path.string(), " not found; ASYSVD_DATA can name its folder");
  return std::nullopt;
}

}  // namespace asysvd::test
