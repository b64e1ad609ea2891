// SPDX-License-Identifier: MIT
/// \file
/// Matrix Market coordinate files: a line that says what follows, a line of sizes, and one entry a line.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

#include <asysvd/data/detail/rating_columns.hpp>
#include <asysvd/data/detail/records.hpp>
#include <asysvd/data/detail/text_cursor.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Throws unless the record has another field.
inline void need_field(const TextCursor& cursor, std::string_view expected) {
  if (!cursor.more()) cursor.fail(cursor.place(), expected, "the end of the line");
}

/// The next field in lower case, which must be one of `accepted`, a list of words between spaces.
inline std::string read_word(TextCursor& cursor, std::string_view accepted) {
  const std::string expected = "one of:" + std::string(accepted.substr(0, accepted.size() - 1));
  need_field(cursor, expected);
  const std::string found(cursor.field());
  std::string word = found;
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (word.empty() || accepted.find(' ' + word + ' ') == accepted.npos) cursor.fail(expected, found);
  return word;
}

/// The next field as a whole number from `least` to `most`.
inline std::int64_t read_whole(TextCursor& cursor, std::string_view what, std::int64_t least, std::int64_t most) {
  const auto expected = [&] { return std::string(what) + " from " + to_text(least) + " to " + to_text(most); };
  if (!cursor.more()) need_field(cursor, expected());
  const auto text = cursor.field();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    cursor.fail(expected(), text);
  }
  return number;
}

/// Throws unless the record ends here; goes to the next line.
inline void end_line(TextCursor& cursor) {
  if (cursor.more()) {
    const auto text = cursor.field();
    cursor.fail("the end of the line", text);
  }
  cursor.end_record();
}

/// Reads a whole Matrix Market file, whose rows are users and whose columns are items. Ids are the numbers from 1 to
/// the sizes that the file states, all of them, rated or not; at most 2^20 and 16 for each byte of the file. Throws
/// `FileError` at the first line that is wrong.
template <std::floating_point Scalar>
void parse_matrix_market(const MappedFile& file, const Cutting& cutting, RatingColumns<Scalar>& ratings) {
  TextCursor cursor(file, Separator(Format::matrix_market));
  read_word(cursor, " %%matrixmarket ");
  read_word(cursor, " matrix ");
  read_word(cursor, " coordinate ");
  const bool pattern = read_word(cursor, " real integer pattern ") == "pattern";
  read_word(cursor, " general ");
  end_line(cursor);

  // What a line claims takes memory only in proportion to the file: ids that nobody rated have a share in that.
  const auto most_ids = std::min<std::int64_t>(std::numeric_limits<Index>::max(),
                                               (1 << 20) + 16 * static_cast<std::int64_t>(file.text().size()));
  constexpr std::int64_t most_ratings = std::numeric_limits<std::uint32_t>::max();
  if (!cursor.next_record()) cursor.fail(cursor.place(), "the line of sizes", "the end of the file");
  const auto users = read_whole(cursor, "the number of users", 0, most_ids);
  const auto items = read_whole(cursor, "the number of items", 0, most_ids);
  const auto count = read_whole(cursor, "the number of entries", 0, most_ratings);
  end_line(cursor);
  for (std::int64_t id = 1; id <= users; ++id) ratings.user_ids.insert(id);
  for (std::int64_t id = 1; id <= items; ++id) ratings.item_ids.insert(id);

  ratings.reserve(std::min(static_cast<std::size_t>(count), file.text().size() / 4 + 1), false);
  const auto read_entry = [&](TextCursor& entry, RatingColumns<Scalar>& columns) {
    if (static_cast<std::int64_t>(columns.users.size()) == count) {
      const auto text = entry.field();
      entry.fail("no more entries than the line of sizes says, " + to_text(count), text);
    }
    columns.users.push_back(columns.user_ids.insert(read_whole(entry, "a user", 1, users)));
    columns.items.push_back(columns.item_ids.insert(read_whole(entry, "an item", 1, items)));
    if (!pattern) need_field(entry, rating_text<Scalar>);
    columns.values.push_back(pattern ? Scalar(1) : read_rating<Scalar>(entry));
    end_line(entry);
  };
  read_records(cursor, ratings, cutting, read_entry, static_cast<std::size_t>(count));
  const auto read = static_cast<std::int64_t>(ratings.users.size());
  if (read < count) {
    cursor.fail(cursor.place(), "as many entries as the line of sizes says, " + to_text(count), to_text(read));
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
