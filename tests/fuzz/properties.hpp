// SPDX-License-Identifier: MIT
// What has to hold whatever a file holds, or whatever the program's arguments are. Each of these takes any bytes: those
// of the corpus in a unit test, and those that libFuzzer makes of them as a fuzz target. What does not hold is thrown.
#pragma once

#include <asysvd/data/file_error.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "temporary_file.hpp"

namespace asysvd::fuzz {

void ratings(std::string_view input);        ///< a text file of ratings, whose format is found out
void matrix_market(std::string_view input);  ///< one that is read as Matrix Market
void titles(std::string_view input);         ///< a file of titles
void converted(std::string_view input);      ///< ratings that need no parsing
void model(std::string_view input);          ///< a model in a file
void checkpoint(std::string_view input);     ///< a fit between two epochs
void arguments(std::string_view input);      ///< arguments of the program, one a line

inline void expect(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("it does not hold that " + what);
}

/// What `read()` gives. Nothing if it throws `FileError`, which has to name the file, and a place within it if it names
/// one at all; whatever else it throws is thrown on.
template <class Read>
[[nodiscard]] auto read_or_refused(const test::TemporaryFile& file, std::string_view text, const Read& read)
    -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const FileError& error) {
    expect(error.path() == file.path(), "an error names its file");
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    expect(error.line() >= 0 && error.line() <= lines + 1, "an error is in one of the lines");
    expect(error.column() >= 0 && error.column() <= static_cast<Size>(text.size()) + 1, "an error is in its line");
    const std::string_view message = error.what();
    expect(message.find(": expected ") != message.npos && message.find(", found ") != message.npos,
           "an error says what was expected and found");
    expect(std::ranges::none_of(message, [](char c) { return c >= 0 && c < 0x20; }), "an error is one line");
    return {};
  }
}

}  // namespace asysvd::fuzz
