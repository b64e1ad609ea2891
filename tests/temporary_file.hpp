// SPDX-License-Identifier: MIT
// Files and folders that last as long as a test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace asysvd::test {

/// A path that nothing else has.
inline std::filesystem::path temporary_path() {
  static int count = 0;
  return std::filesystem::temp_directory_path() /
         ("asysvd-test-" + std::to_string(::getpid()) + '-' + std::to_string(count++));
}

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) : path_(temporary_path()) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// An empty folder, whose right to be written in a test may take away.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(temporary_path()) { std::filesystem::create_directory(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(path_);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] auto entries() const { return std::distance(std::filesystem::directory_iterator(path_), {}); }

 private:
  std::filesystem::path path_;
};

}  // namespace asysvd::test
