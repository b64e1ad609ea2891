// SPDX-License-Identifier: MIT
/// \file
/// The titles of items, to show in place of their ids.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <asysvd/data/detail/column_names.hpp>
#include <asysvd/data/detail/format_detection.hpp>
#include <asysvd/data/detail/mapped_file.hpp>
#include <asysvd/data/detail/text_cursor.hpp>
#include <asysvd/data/detail/utf8.hpp>
#include <asysvd/data/file_error.hpp>
#include <asysvd/data/format.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Titles in UTF-8, by the id of the item as the file spells it.
using Titles = std::unordered_map<std::string, std::string>;

namespace detail {

/// In files with tabs, a quote that a title begins with is part of it more often than around it.
[[nodiscard]] inline Separator title_separator(Format format) noexcept {
  Separator separator(format);
  if (format == Format::tsv) separator.quotes = false;
  return separator;
}

/// How the lines of a file of titles are to be read: the first format whose header names an item and a title;
/// without one, the format whose separator comes first in the first line, which is that with the shortest id.
[[nodiscard]] inline Layout title_layout(const MappedFile& file) {
  require_text(file);
  std::optional<Layout> best;
  std::size_t shortest = std::string::npos;
  for (const Format format : separated_formats) {
    const auto fields = first_record(file, title_separator(format)).fields;
    if (fields.size() < 2) continue;
    for (const Role key : {Role::item, Role::id}) {
      const auto columns = columns_by_name(fields, std::array{key, Role::title});
      if (has_role(columns, key) && has_role(columns, Role::title)) return {format, columns, true, true};
    }
    if (format != Format::space && !fields[0].empty() && fields[0].size() < shortest) {
      shortest = fields[0].size();
      best = Layout{format, {Role::item, Role::title}, false, true};
    }
  }
  if (best) return *std::move(best);
  throw FileError(file.path(), 1, 1, "an id and a title, or a header that names them", "neither");
}

}  // namespace detail

/// Reads a file of titles: MovieLens' `u.item`, `movies.dat` and `movies.csv`, Book-Crossing's books, or any lines of
/// an id and a title, whatever follows them, with or without a header. Of several titles of one item the last counts.
/// Text that is not UTF-8 is taken for Latin-1 and converted.
///
/// Throws `FileError` if the file can't be read or holds a line without an id or without a title.
[[nodiscard]] inline Titles read_titles(const std::filesystem::path& path) {
  const detail::MappedFile file(path);
  const auto layout = detail::title_layout(file);
  detail::TextCursor cursor(file, detail::title_separator(layout.format));
  if (layout.header && cursor.next_record()) cursor.end_record();
  Titles titles;
  while (cursor.next_record()) {
    std::string id, title;
    for (const auto role : layout.columns) {
      if (!cursor.more()) {
        cursor.fail(cursor.place(), std::string("another field: the ").append(to_string(role)), "the end of the line");
      }
      const auto text = cursor.field();
      if (role == detail::Role::item || role == detail::Role::id) {
        if (text.empty()) cursor.fail("the id of an item", text);
        id = text;
      } else if (role == detail::Role::title) {
        title = detail::to_utf8(text);
      }
    }
    titles.insert_or_assign(std::move(id), std::move(title));
    cursor.end_record();
  }
  return titles;
}

}  // namespace v0_1
}  // namespace asysvd
