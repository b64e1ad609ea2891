// SPDX-License-Identifier: MIT
/// \file
/// What is wrong with a file, and where.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A file that can't be read, or does not hold what it should. `what()` reads
/// "path:line:column: expected ..., found ...", without the places that do not apply.
class FileError : public std::runtime_error {
 public:
  /// `line` and `column` count from 1, the column in bytes; 0 where there is none. `expected` and `found` end up in
  /// the message as they are.
  FileError(std::filesystem::path path, Size line, Size column, std::string_view expected, std::string_view found)
      : std::runtime_error(message(path, line, column, expected, found)),
        path_(std::move(path)),
        line_(line),
        column_(column) {}

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }  ///< as it was given
  [[nodiscard]] Size line() const noexcept { return line_; }      ///< from 1; 0 if the error has no line
  [[nodiscard]] Size column() const noexcept { return column_; }  ///< in bytes, from 1; 0 if the error has none

 private:
  static std::string message(const std::filesystem::path& path, Size line, Size column, std::string_view expected,
                             std::string_view found) {
    std::string text = path.string();
    for (const Size place : {line, column}) {
      if (place > 0) text += ':' + detail::to_text(place);
    }
    return text.append(": expected ").append(expected).append(", found ").append(found);
  }

  std::filesystem::path path_;
  Size line_;
  Size column_;
};

namespace detail {

/// Text out of a file as an error message quotes it: shortened, and every byte that is not printable ASCII as \xNN,
/// since a file that is broken can hold anything.
[[nodiscard]] inline std::string visible(std::string_view text) {
  constexpr std::size_t most = 40;
  constexpr std::string_view digits = "0123456789abcdef";
  if (text.empty()) return "nothing";
  std::string shown = "\"";
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      shown += c;
    } else if (c == '\t') {
      shown += "\\t";
    } else {
      shown.append("\\x").append({digits[byte >> 4], digits[byte & 15]});
    }
  }
  return shown + (text.size() > most ? "...\"" : "\"");
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
