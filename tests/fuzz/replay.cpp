// SPDX-License-Identifier: MIT
// The properties over the corpus, which holds examples and whatever a fuzzer has ever found wrong.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "properties.hpp"

using namespace asysvd;

namespace {

/// Every file of the corpus of a target.
std::vector<std::filesystem::path> corpus(const std::string& target) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(ASYSVD_SOURCE_DIR "/tests/fuzz/corpus/" + target)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("the properties hold over the corpus") {
  const std::vector<std::pair<std::string, void (*)(std::string_view)>> properties{
      {"ratings", &fuzz::ratings},     {"matrix_market", &fuzz::matrix_market},
      {"titles", &fuzz::titles},       {"converted", &fuzz::converted},
      {"model", &fuzz::model},         {"checkpoint", &fuzz::checkpoint},
#ifdef ASYSVD_COMMANDS
      {"arguments", &fuzz::arguments},
#endif
  };
  for (const auto& named : properties) {
    const std::string& target = named.first;  // what clang++ 14 captures no part of by name
    const auto files = corpus(target);
    CAPTURE(target);
    CHECK(files.size() >= 3);
    for (const auto& path : files) {
      CAPTURE(path);
      std::ifstream file(path, std::ios::binary);
      CHECK_NOTHROW(named.second(std::string(std::istreambuf_iterator<char>(file), {})));
    }
  }
}
