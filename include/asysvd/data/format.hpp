// SPDX-License-Identifier: MIT
/// \file
/// The forms that ratings come in as text, and their names.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace asysvd {
inline namespace v0_1 {

/// How a file divides its lines. Whether there is a header is always seen from the first line.
enum class Format {
  automatic,      ///< found out from the first line
  double_colon,   ///< `::`, as MovieLens' ratings.dat
  tsv,            ///< tabs, as MovieLens' u.data
  semicolon,      ///< `;`
  pipe,           ///< `|`, as MovieLens' u.item
  csv,            ///< commas
  space,          ///< any number of spaces and tabs
  matrix_market,  ///< Matrix Market coordinates, users × items
};

/// Every format and its name on a command line.
inline constexpr std::array<std::pair<Format, std::string_view>, 8> format_names{
    {{Format::automatic, "auto"},
     {Format::double_colon, "double-colon"},
     {Format::tsv, "tsv"},
     {Format::semicolon, "semicolon"},
     {Format::pipe, "pipe"},
     {Format::csv, "csv"},
     {Format::space, "space"},
     {Format::matrix_market, "matrix-market"}}};

/// "csv" for `Format::csv`, and so on.
[[nodiscard]] constexpr std::string_view to_string(Format format) noexcept {
  for (const auto& [known, name] : format_names) {
    if (known == format) return name;
  }
  return "?";
}

/// The format of that name, if there is one.
[[nodiscard]] constexpr std::optional<Format> format_from_name(std::string_view name) noexcept {
  for (const auto& [format, known] : format_names) {
    if (known == name) return format;
  }
  return std::nullopt;
}

}  // namespace v0_1
}  // namespace asysvd
