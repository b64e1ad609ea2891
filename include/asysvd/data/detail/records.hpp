// SPDX-License-Identifier: MIT
/// \file
/// Reads the records of a text, several pieces of it at a time.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <asysvd/data/detail/rating_columns.hpp>
#include <asysvd/data/detail/text_cursor.hpp>
#include <asysvd/data/id_map.hpp>
#include <asysvd/detail/tasks.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// How a text is shared out.
struct Cutting {
  int threads = 1;
  std::size_t piece_bytes = std::size_t{1} << 22;  ///< about; few enough that what is read of it stays in the caches
};

/// What was read of a piece, with numbers of its own for ids, and what these are in the whole.
template <std::floating_point Scalar>
struct PieceOfRatings {
  RatingColumns<Scalar> ratings;  ///< its maps keep the ids of all pieces that it has held
  std::vector<Index> users;       ///< by number in `ratings.user_ids`, of those that were in an earlier piece
  std::vector<Index> items;
  bool failed = false;

  /// Puts what was read behind `whole`, where new ids get the next numbers in the order in which they came.
  void move_to(RatingColumns<Scalar>& whole) {
    number_new_ids(users, ratings.user_ids, whole.user_ids);
    number_new_ids(items, ratings.item_ids, whole.item_ids);
    for (Index& user : ratings.users) user = users[static_cast<std::size_t>(user)];
    for (Index& item : ratings.items) item = items[static_cast<std::size_t>(item)];
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(whole.users, ratings.users);
    append(whole.items, ratings.items);
    append(whole.values, ratings.values);
    append(whole.timestamps, ratings.timestamps);
    clear();
  }

  void clear() noexcept {
    ratings.users.clear();
    ratings.items.clear();
    ratings.values.clear();
    ratings.timestamps.clear();
  }

 private:
  static void number_new_ids(std::vector<Index>& numbers, const IdMap& own, IdMap& whole) {
    while (static_cast<Size>(numbers.size()) < own.size()) {
      numbers.push_back(whole.insert(own, static_cast<Index>(numbers.size())));
    }
  }
};

/// The end of the line that holds the byte `bytes` after `begin`, or of the text.
[[nodiscard]] inline const char* end_of_piece(const char* begin, const char* end, std::size_t bytes) noexcept {
  if (static_cast<std::size_t>(end - begin) <= bytes) return end;
  const void* const newline = std::memchr(begin + bytes, '\n', static_cast<std::size_t>(end - begin) - bytes);
  return newline == nullptr ? end : static_cast<const char*>(newline) + 1;
}

/// Calls `read_record(cursor, columns)` for every record from where `cursor` is to the end of the text, with the result
/// that one thread has: the same ratings, ids in the order in which they come, and the first error. It is an error too
/// if there are more than `most` records, which `read_record` has to throw for columns that are full.
///
/// Whether a line that a piece begins with is the beginning of a record, only what is before it can tell, since a quoted
/// field may span lines. So pieces are taken over in their order, each only if what was read before ends where it
/// begins; otherwise what is left of it is read again. So is a piece that something is wrong with, be it a field that
/// goes on in the next one or an error, which then knows its line. The memory of the text that was read is given back.
template <std::floating_point Scalar, class ReadRecord>
void read_records(TextCursor& cursor, RatingColumns<Scalar>& ratings, const Cutting& cutting,
                  const ReadRecord& read_record, std::size_t most = std::numeric_limits<std::size_t>::max()) {
  const auto read_on = [&](TextCursor& lines, RatingColumns<Scalar>& columns) {
    while (lines.next_record()) read_record(lines, columns);
  };
  const char* const end = cursor.end();
  std::vector<PieceOfRatings<Scalar>> pieces;
  std::vector<TextCursor> parts;
  do {
    std::vector<const char*> cuts{cursor.at()};
    do {
      cuts.push_back(end_of_piece(cuts.back(), end, cutting.piece_bytes));
    } while (cuts.back() != end && static_cast<int>(cuts.size()) <= cutting.threads);
    const std::size_t count = cuts.size() - 1;
    if (count > 1) {
      if (pieces.size() < count) pieces.resize(count);
      parts.clear();
      for (std::size_t n = 0; n < count; ++n) parts.push_back(cursor.part(cuts[n], cuts[n + 1]));
      run_tasks(static_cast<Size>(count), cutting.threads, [&](Size task) {
        const auto n = static_cast<std::size_t>(task);
        try {
          read_on(parts[n], pieces[n].ratings);
        } catch (...) {
          pieces[n].failed = true;
        }
      });
    }
    for (std::size_t n = 0; n < count; ++n) {
      cursor.stop_at(cuts[n + 1]);
      const bool taken_over = count > 1 && cursor.at() == cuts[n] && !pieces[n].failed &&
                              pieces[n].ratings.users.size() <= most - ratings.users.size();
      if (taken_over) {
        pieces[n].move_to(ratings);
        cursor.pass(parts[n]);
      } else {
        if (count > 1) pieces[n] = {};  // with the ids of what may be no record
        read_on(cursor, ratings);
      }
    }
    cursor.file().forget_before(cursor.at());
  } while (cursor.stop() != end);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
