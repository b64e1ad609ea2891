// SPDX-License-Identifier: MIT
/// \file
/// Finds out from its first line how a file of ratings is written.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asysvd/data/detail/column_names.hpp>
#include <asysvd/data/detail/mapped_file.hpp>
#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/data/detail/text_cursor.hpp>
#include <asysvd/data/format.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// How the lines of a file of ratings are to be read.
struct Layout {
  Format format;
  std::vector<Role> columns;  ///< up to the last one that is needed
  bool header = false;        ///< the first record is no rating
  bool more_columns = false;  ///< what follows `columns` is passed over; otherwise it is an error
};

/// The first record of a file under one separator.
struct FirstRecord {
  std::vector<std::string> fields;
  std::vector<Place> places;
};

/// Splits the first record; without fields if there is none, or if a quote in it does not close.
[[nodiscard]] inline FirstRecord first_record(const MappedFile& file, Separator separator) {
  FirstRecord record;
  TextCursor cursor(file, separator);
  if (!cursor.next_record()) return record;
  try {
    while (cursor.more()) {
      record.fields.emplace_back(cursor.field());
      record.places.push_back(cursor.field_place());
    }
  } catch (const FileError&) {
    return {};
  }
  return record;
}

/// How to read the lines, if the first one fits: either a header that names users and items, or a rating.
[[nodiscard]] inline std::optional<Layout> layout_of(const std::vector<std::string>& fields, Format format) {
  constexpr std::array roles{Role::user, Role::item, Role::rating, Role::timestamp};
  if (fields.size() < 2) return {};
  const bool rating = fields.size() > 2 && is_decimal(fields[2]);
  if (!rating) {
    auto columns = columns_by_name(fields, roles);
    if (has_role(columns, Role::user) && has_role(columns, Role::item)) return Layout{format, columns, true, true};
  }
  if (fields[0].empty() || fields[1].empty() || (fields.size() > 2 && !rating)) return {};
  const auto count = std::min(fields.size(), roles.size());
  return Layout{format,
                {roles.begin(), roles.begin() + static_cast<std::ptrdiff_t>(count)},
                false,
                fields.size() >= roles.size()};
}

/// Whether a file calls itself a Matrix Market file.
[[nodiscard]] inline bool is_matrix_market(std::string_view text) noexcept {
  return text.starts_with("%%MatrixMarket") || text.starts_with("\xef\xbb\xbf%%MatrixMarket");
}

/// Throws `FileError` if a file begins as one of the usual ones that hold no text, or none that is read here.
inline void require_text(const MappedFile& file) {
  using namespace std::string_view_literals;
  constexpr std::array<std::pair<std::string_view, const char*>, 7> others{{{"\x1f\x8b"sv, "a gzip archive"},
                                                                            {"PK\x03\x04"sv, "a zip archive"},
                                                                            {"BZh"sv, "a bzip2 archive"},
                                                                            {"\xfd\x37zXZ"sv, "an xz archive"},
                                                                            {"\x28\xb5\x2f\xfd"sv, "a zstd archive"},
                                                                            {"\xff\xfe"sv, "UTF-16"},
                                                                            {"\xfe\xff"sv, "UTF-16"}}};
  constexpr auto expected = "text, in UTF-8 or Latin-1 and not packed";
  for (const auto& [beginning, what] : others) {
    if (file.text().starts_with(beginning)) throw FileError(file.path(), 0, 0, expected, what);
  }
  if (file.text().substr(0, 4096).find('\0') != std::string_view::npos) {
    throw FileError(file.path(), 0, 0, expected, "a file that holds zero bytes");
  }
}

/// The separators, the surest first: a comma or a space is more often part of an id than a tab is.
inline constexpr std::array separated_formats{Format::double_colon, Format::tsv, Format::semicolon,
                                              Format::pipe,         Format::csv, Format::space};

/// Reports that no format fits. `record` is the first line under the separator that came nearest.
[[noreturn]] inline void fail_to_fit(const MappedFile& file, Separator separator, const FirstRecord& record,
                                     std::span<const Format> tried) {
  TextCursor cursor(file, separator);
  if (!cursor.next_record()) {
    throw FileError(file.path(), 0, 0, "ratings", "a file without any");
  }
  std::string formats = " (tried: ";
  for (const Format format : tried) formats.append(format == tried.front() ? "" : ", ").append(to_string(format));
  formats += ')';
  if (record.fields.size() < 2) {
    const auto line = cursor.field();
    cursor.fail("user, item[, rating[, timestamp]] or a header that names them" + formats, line);
  }
  std::size_t column = record.fields[0].empty() ? 0 : record.fields[1].empty() ? 1 : 2;
  cursor.fail(record.places[column],
              (column == 2 ? "a number as the rating in the third column" : "an id that is not empty") +
                  std::string(", or a header that names a user and an item column") + formats,
              visible(record.fields[column]));
}

/// Throws `FileError` if a header names no ratings and a column of another name has a number below it: that is rather a
/// rating by a name unknown here than a file whose ratings are all 1.
inline void require_known_rating(const MappedFile& file, const Layout& layout, const FirstRecord& header) {
  if (!layout.header || has_role(layout.columns, Role::rating)) return;
  TextCursor cursor(file, Separator(layout.format));
  for (int record = 0; record < 2; ++record) {
    if (!cursor.next_record()) return;
    if (record == 0) cursor.end_record();
  }
  for (std::size_t c = 0; c < header.fields.size() && cursor.more(); ++c) {
    const bool number = is_decimal(cursor.field());
    const bool known = c < layout.columns.size() && layout.columns[c] != Role::other;
    const bool numbering =
        header.fields[c].empty() || rank_of_name(names_of(Role::id), header.fields[c]) != std::string_view::npos;
    if (number && !known && !numbering) {
      cursor.fail(header.places[c],
                  "a column of ratings by one of the usual names, such as rating, score or count, or no column of "
                  "numbers beside users, items and timestamps",
                  visible(header.fields[c]));
    }
  }
}

/// The layout of a file in one given separated format. Throws `FileError` if its first line does not fit.
[[nodiscard]] inline Layout known_layout(const MappedFile& file, Format format) {
  require_text(file);
  const Separator separator(format);
  const auto record = first_record(file, separator);
  if (auto layout = layout_of(record.fields, format)) {
    require_known_rating(file, *layout, record);
    return *std::move(layout);
  }
  fail_to_fit(file, separator, record, std::array{format});
}

/// The layout of a file in the first separated format that its first line fits. Throws `FileError` if there is none.
///
/// Formats that make three fields or more of it come first. If there are such and none fits, two fields are not enough,
/// for in "1;2;3,5" and "1 2 3,5" the comma does not separate a user from an item; except that spaces can lie within
/// an item that a surer separator than a comma divides from its user.
[[nodiscard]] inline Layout detect_layout(const MappedFile& file) {
  require_text(file);
  std::optional<Format> nearest;
  FirstRecord nearest_record;
  for (const std::size_t least : {std::size_t{3}, std::size_t{2}}) {
    for (const Format format : separated_formats) {
      if (least == 2 && nearest && format == Format::csv) break;
      auto record = first_record(file, Separator(format));
      if (record.fields.size() < least) continue;
      if (auto layout = layout_of(record.fields, format)) {
        require_known_rating(file, *layout, record);
        return *std::move(layout);
      }
      if (!nearest) {
        nearest = format;
        nearest_record = std::move(record);
      }
    }
    if (nearest && nearest != Format::space) break;
  }
  fail_to_fit(file, Separator(nearest.value_or(Format::csv)), nearest_record, separated_formats);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
