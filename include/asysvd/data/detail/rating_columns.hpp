// SPDX-License-Identifier: MIT
/// \file
/// Ratings in the order of their lines, and how lines with separators become them.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <asysvd/data/detail/format_detection.hpp>
#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/data/detail/text_cursor.hpp>
#include <asysvd/data/id_map.hpp>

namespace asysvd::detail {

/// Ratings side by side. Users and items have the indices of `IdMap`s that number ids as they come.
template <std::floating_point Scalar>
struct RatingColumns {
  IdMap user_ids;
  IdMap item_ids;
  std::vector<Index> users;
  std::vector<Index> items;
  std::vector<Scalar> values;
  std::vector<std::int64_t> timestamps;  ///< empty if there are none

  void reserve(std::size_t count, bool with_timestamps) {
    users.reserve(count);
    items.reserve(count);
    values.reserve(count);
    if (with_timestamps) timestamps.reserve(count);
  }
};

/// What a field must be in messages.
template <std::floating_point Scalar>
inline constexpr std::string_view rating_text =
    std::numeric_limits<Scalar>::digits == 24 ? "a rating: a decimal number in the range of float"
                                              : "a rating: a decimal number in the range of double";

/// The next field as a rating.
template <std::floating_point Scalar>
[[nodiscard]] Scalar read_rating(TextCursor& cursor) {
  Scalar rating;
  if (cursor.short_decimal(rating)) [[likely]]
    return rating;
  const auto text = cursor.field();
  if (const auto number = parse_decimal<Scalar>(text)) return *number;
  cursor.fail(rating_text<Scalar>, text);
}

/// The next field as an id.
[[nodiscard]] inline Index read_id(TextCursor& cursor, IdMap& ids, Role role) {
  std::int64_t number;
  if (cursor.whole_number(number)) [[likely]]
    return ids.insert(number);
  const auto text = cursor.field();
  if (text.empty()) cursor.fail(role == Role::user ? "the id of a user" : "the id of an item", text);
  return ids.insert(text);
}

/// The next field as seconds since 1970.
[[nodiscard]] inline std::int64_t read_timestamp(TextCursor& cursor) {
  std::int64_t number;
  if (cursor.whole_number(number)) [[likely]]
    return number;
  const auto text = cursor.field();
  if (const auto time = parse_timestamp(text)) return *time;
  cursor.fail("a timestamp: a number of seconds, or a date such as 2005-09-06 or \"2005-09-06 12:34:56\"", text);
}

/// About how many lines a text has, judged by its beginning, where ids and so lines tend to be shortest.
[[nodiscard]] inline std::size_t estimated_lines(std::string_view text) noexcept {
  const auto sample = text.substr(0, std::size_t{1} << 16);
  const auto lines = static_cast<std::size_t>(std::count(sample.begin(), sample.end(), '\n')) + 1;
  return lines == 1 ? 1 : text.size() / (sample.size() / lines) + 1;
}

/// Reads every line of a file that has the given layout. Throws `FileError` at the first bad one.
template <std::floating_point Scalar>
void parse_separated(const MappedFile& file, const Layout& layout, RatingColumns<Scalar>& ratings) {
  ratings.reserve(estimated_lines(file.text()), has_role(layout.columns, Role::timestamp));
  const bool implicit = !has_role(layout.columns, Role::rating);
  TextCursor cursor(file, Separator(layout.format));
  if (layout.header && cursor.next_record()) cursor.end_record();
  while (cursor.next_record()) {
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
    if (implicit) ratings.values.push_back(1);
    if (cursor.more() && !layout.more_columns) [[unlikely]] {
      const auto text = cursor.field();
      cursor.fail("the end of the line, as in the first one", text);
    }
    cursor.end_record();
  }
}

}  // namespace asysvd::detail
