// SPDX-License-Identifier: MIT
/// \file
/// Ratings in the order of their lines, and how fields become them.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <asysvd/data/detail/column_names.hpp>
#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/data/detail/text_cursor.hpp>
#include <asysvd/data/id_map.hpp>
#include <asysvd/detail/large_pages.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

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
    reserve_large(users, count);
    reserve_large(items, count);
    reserve_large(values, count);
    if (with_timestamps) reserve_large(timestamps, count);
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

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
