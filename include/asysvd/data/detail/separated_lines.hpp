// SPDX-License-Identifier: MIT
/// \file
/// Ratings in lines of fields with separators between them.
#pragma once

#include <concepts>
#include <string>

#include <asysvd/data/detail/format_detection.hpp>
#include <asysvd/data/detail/rating_columns.hpp>
#include <asysvd/data/detail/records.hpp>
#include <asysvd/data/detail/text_cursor.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Reads the record that the cursor is at, which has the given layout.
template <std::floating_point Scalar>
void read_line(TextCursor& cursor, const Layout& layout, bool rated, RatingColumns<Scalar>& ratings) {
  for (const Role role : layout.columns) {
    if (!cursor.more()) [[unlikely]]
      cursor.fail(cursor.place(), std::string("another field: the ").append(to_string(role)), "the end of the line");
    switch (role) {
      case Role::user:
        ratings.users.push_back(read_id(cursor, ratings.user_ids, role));
        break;
      case Role::item:
        ratings.items.push_back(read_id(cursor, ratings.item_ids, role));
        break;
      case Role::rating:
        ratings.values.push_back(read_rating<Scalar>(cursor));
        break;
      case Role::timestamp:
        ratings.timestamps.push_back(read_timestamp(cursor));
        break;
      default:
        static_cast<void>(cursor.field());
    }
  }
  if (!rated) ratings.values.push_back(1);
  if (cursor.more() && !layout.more_columns) [[unlikely]] {
    const auto text = cursor.field();
    cursor.fail("the end of the line, as in the first one", text);
  }
  cursor.end_record();
}

/// Reads every line of a file that has the given layout. Throws `FileError` at the first bad one.
template <std::floating_point Scalar>
void parse_separated(const MappedFile& file, const Layout& layout, const Cutting& cutting,
                     RatingColumns<Scalar>& ratings) {
  ratings.reserve(estimated_lines(file.text()), has_role(layout.columns, Role::timestamp));
  const bool rated = has_role(layout.columns, Role::rating);
  TextCursor cursor(file, Separator(layout.format));
  if (layout.header && cursor.next_record()) cursor.end_record();
  read_records(cursor, ratings, cutting,
               [&](TextCursor& line, RatingColumns<Scalar>& columns) { read_line(line, layout, rated, columns); });
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
