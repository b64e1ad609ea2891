// SPDX-License-Identifier: MIT
/// \file
/// A CSV file (RFC 4180), there whole or not at all.
#pragma once

#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>

#include <asysvd/data/id_map.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/io/detail/atomic_file.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Fields between commas, quoted where they have to be; numbers in the fewest digits that read back as the same.
class CsvFile {
 public:
  explicit CsvFile(const std::filesystem::path& path) : file_(path) {}

  CsvFile& operator<<(std::string_view text) {
    separate();
    if (text.find_first_of(",\"\r\n") == text.npos) {
      file_.write(text);
      return *this;
    }
    std::string quoted = "\"";
    for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
    file_.write(quoted += '"');
    return *this;
  }
  template <class Number>
  requires std::is_arithmetic_v<Number> CsvFile& operator<<(Number number) {
    separate();
    file_.write(to_text(number));
    return *this;
  }
  void end_row() {
    file_.write("\n");
    begun_ = false;
  }
  void commit() { file_.commit(); }

 private:
  void separate() {
    if (begun_) file_.write(",");
    begun_ = true;
  }

  AtomicFile file_;
  bool begun_ = false;  // whether the row has a field
};

/// The id at `index`, or the index where there are no ids.
[[nodiscard]] inline std::string id_or_index(const IdMap& ids, Index index) {
  return ids.size() == 0 ? to_text(index) : ids.name(index);
}

/// Throws `std::invalid_argument` unless there are no ids, or `count` of them.
inline void require_ids(std::string_view function, std::string_view name, const IdMap& ids, Size count) {
  require(ids.size() == 0 || ids.size() == count, function, name, ids.size(), "none, or one for each");
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
