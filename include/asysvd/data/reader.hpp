// SPDX-License-Identifier: MIT
/// \file
/// Files of ratings, in every form that they are commonly given away in.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <asysvd/data/dataset.hpp>
#include <asysvd/data/detail/format_detection.hpp>
#include <asysvd/data/detail/mapped_file.hpp>
#include <asysvd/data/detail/matrix_market.hpp>
#include <asysvd/data/detail/rating_columns.hpp>
#include <asysvd/data/detail/records.hpp>
#include <asysvd/data/detail/separated_lines.hpp>
#include <asysvd/data/detail/text_cursor.hpp>
#include <asysvd/data/file_error.hpp>
#include <asysvd/data/format.hpp>
#include <asysvd/data/id_map.hpp>
#include <asysvd/detail/csr_order.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// What becomes of a user's second rating of an item.
enum class Duplicates {
  keep_last,  ///< the last one in the file counts, and `Dataset::duplicates` how many were dropped
  refuse,     ///< it is an error
};

/// How to read a file of ratings.
struct ReadOptions {
  Format format = Format::automatic;              ///< that of the file, where it is known
  Duplicates duplicates = Duplicates::keep_last;  ///< a user's second rating of an item
  /// Ids that are numbered already, those of a training file for instance. They keep their indices, and new ids are
  /// numbered after them.
  const IdMap* users = nullptr;
  const IdMap* items = nullptr;  ///< as `users`
  /// How many threads read; at least 1. The result is the same, and so is an error.
  int threads = 1;
};

namespace detail {

/// How the lines of a file were read.
struct Lines {
  Format format;
  bool header;  ///< a record comes before the first rating
};

/// Reads every line, whatever the format. Ids are numbered as they come, after those that `ratings` knows.
template <std::floating_point Scalar>
Lines parse(const MappedFile& file, Format format, const Cutting& cutting, RatingColumns<Scalar>& ratings) {
  if (format == Format::matrix_market || (format == Format::automatic && is_matrix_market(file.text()))) {
    parse_matrix_market(file, cutting, ratings);
    return {Format::matrix_market, true};  // the line of sizes
  }
  const auto layout = format == Format::automatic ? detect_layout(file) : known_layout(file, format);
  parse_separated(file, layout, cutting, ratings);
  return {layout.format, layout.header};
}

/// Reports the first rating that repeats an earlier one.
template <std::floating_point Scalar>
[[noreturn]] void fail_at_duplicate(const MappedFile& file, const Lines& lines, const RatingColumns<Scalar>& ratings) {
  std::unordered_set<std::uint64_t> seen;
  std::size_t place = 0;
  const auto pair = [&](std::size_t s) {
    return static_cast<std::uint64_t>(ratings.users[s]) << 32 | static_cast<std::uint64_t>(ratings.items[s]);
  };
  while (seen.insert(pair(place)).second) ++place;

  TextCursor cursor(file, Separator(lines.format));
  for (std::size_t record = 0; cursor.next_record() && record < place + lines.header; ++record) cursor.end_record();
  cursor.fail(cursor.place(), "at most one rating of an item by a user",
              "a second one by user " + visible(ratings.user_ids.name(ratings.users[place])) + " of item " +
                  visible(ratings.item_ids.name(ratings.items[place])));
}

/// Sorts the new ids, those from `known` on, and gives each rating its final index.
inline void renumber(IdMap& ids, Size known, std::vector<Index>& indices) {
  const auto renumbered = ids.sort(static_cast<Index>(known));
  for (Index& index : indices) index = renumbered[static_cast<std::size_t>(index)];
}

/// `values` in the order of the compressed rows.
template <class Value>
void arrange(std::vector<Value>& values, const std::vector<std::uint32_t>& source) {
  std::vector<Value> arranged(source.size());
  for (std::size_t p = 0; p < source.size(); ++p) arranged[p] = values[source[p]];
  values = std::move(arranged);
}

}  // namespace detail

/// Reads a file of ratings: users, items, ratings and, where there are any, timestamps.
///
/// The format is found out from the first line, unless it is given:
/// - lines of user, item, rating and timestamp, separated by `::`, tabs, semicolons, `|`, commas, or spaces. Without a
///   header they come in this order; from the fifth on, columns are passed over. With one, columns are found by the
///   usual names (`userId`, `User-ID`, `movie_id`, `ISBN`, `Book-Rating`, ...), whatever their order and case, and all
///   others are passed over. The first line is a header if its third field is not a number and it names a user and an
///   item column;
/// - Matrix Market coordinates (real, integer or pattern; general): rows are users, columns are items, and of each there
///   are at most 2^20 and 16 for each byte of the file.
///
/// Ids are whole numbers or strings, see `IdMap`. Where there is no column of ratings, every rating is 1; but a header
/// that names none, above a column of numbers by a name unknown here, is an error. Ratings are decimal numbers, each
/// read as the nearest `Scalar`. Timestamps are numbers of seconds, of which the whole part is kept, or dates in ISO
/// 8601, which become seconds since 1970 UTC.
///
/// Lines end in LF or CR LF. Blank lines, lines whose first visible byte is `#` or `%`, a byte-order mark, and spaces
/// and tabs around fields are passed over. Between tabs, semicolons, commas or spaces a field can be in double quotes,
/// and then hold separators, and quotes that are doubled or follow a backslash; between semicolons and commas line ends
/// as well. A quote that does not close is an error there, and a character between tabs or spaces.
///
/// New ids are numbered in ascending order, as numbers, or all of them by their bytes if one of them is a string. So
/// the order of the lines plays no part, except that it tells which of several ratings of an item is the last.
///
/// Throws `FileError` if the file can't be read, if no format fits it, or at its first bad line; and
/// `std::invalid_argument` for less than one thread. O(n) for n bytes if ratings are sorted by user and item in the file,
/// and O(n + ratings · log(longest profile)) otherwise. Memory: at most twice the size of the result, while sorting; of
/// the file, which is mapped, what is being read; and with more than one thread, some MiB and the ids for each.
template <std::floating_point Scalar>
[[nodiscard]] Dataset<Scalar> read_ratings(const std::filesystem::path& path, const ReadOptions& options = {}) {
  detail::require(options.threads >= 1, "read_ratings", "threads", options.threads, "at least 1");
  detail::MappedFile file(path);
  detail::RatingColumns<Scalar> ratings;
  if (options.users != nullptr) ratings.user_ids = *options.users;
  if (options.items != nullptr) ratings.item_ids = *options.items;
  const Size known_users = ratings.user_ids.size();
  const Size known_items = ratings.item_ids.size();

  const auto lines = detail::parse(file, options.format, {.threads = options.threads}, ratings);
  if (options.duplicates == Duplicates::keep_last) file.release();

  detail::renumber(ratings.user_ids, known_users, ratings.users);
  detail::renumber(ratings.item_ids, known_items, ratings.items);
  auto order = detail::csr_order(
      ratings.user_ids.size(), static_cast<Size>(ratings.users.size()),
      [&](Size s) { return ratings.users[static_cast<std::size_t>(s)]; },
      [&](Size s) { return ratings.items[static_cast<std::size_t>(s)]; });
  if (order.duplicates > 0 && options.duplicates == Duplicates::refuse) {
    detail::fail_at_duplicate(file, lines, ratings);
  }
  file.release();
  ratings.users = {};
  if (!order.in_place) {
    detail::arrange(ratings.items, order.source);
    detail::arrange(ratings.values, order.source);
    if (!ratings.timestamps.empty()) detail::arrange(ratings.timestamps, order.source);
  }
  order.source = {};
  const Size cols = ratings.item_ids.size();
  return {SparseMatrix<Scalar>(cols, std::move(order.offsets), std::move(ratings.items), std::move(ratings.values)),
          std::move(ratings.user_ids), std::move(ratings.item_ids), std::move(ratings.timestamps), order.duplicates};
}

}  // namespace v0_1
}  // namespace asysvd
