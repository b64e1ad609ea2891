// SPDX-License-Identifier: MIT
/// \file
/// Ratings parted into some to train on and some to test on. Every rating goes to one of the two, the shape of the
/// matrix stays, and the same seed gives the same parts. The training part keeps `SparseMatrixView::implicit()`. Each
/// takes O(ratings) of time, and a bit a rating of memory beyond the parts; those by time up to 8 bytes more. Any view
/// will do, of rows in any order.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// The two parts, both of the shape of the whole.
template <std::floating_point Scalar>
struct Split {
  SparseMatrix<Scalar> train;  ///< to learn from
  SparseMatrix<Scalar> test;   ///< to test on
};

namespace detail {

inline void require_fraction(const char* function, double fraction) {
  require(is_finite(fraction) && fraction >= 0 && fraction <= 1, function, "fraction", fraction, "0 to 1");
}

/// How many of `count` a fraction is: the nearest whole number, the greater one of two as near.
[[nodiscard]] inline Size share_of(Size count, double fraction) {
  return static_cast<Size>(std::llround(fraction * static_cast<double>(count)));
}

/// The ratings at positions p for which `chosen(p)` is `wanted`.
template <std::floating_point Scalar, class Chosen>
[[nodiscard]] SparseMatrix<Scalar> part(const SparseMatrixView<Scalar>& ratings, const Chosen& chosen, bool wanted) {
  // Counted first: arrays that grow as they fill would take up to twice the memory.
  std::size_t count = 0;
  for (std::size_t position = 0; position < ratings.items().size(); ++position) {
    if (chosen(position) == wanted) ++count;
  }
  std::vector<Size> offsets{0};
  std::vector<Index> items;
  std::vector<Scalar> values;
  offsets.reserve(static_cast<std::size_t>(ratings.rows()) + 1);
  items.reserve(count);
  values.reserve(count);
  for (Size user = 0; user < ratings.rows(); ++user) {
    for (Size p = ratings.offset(user); p < ratings.offset(user + 1); ++p) {
      const auto position = static_cast<std::size_t>(p);
      if (chosen(position) != wanted) continue;
      items.push_back(ratings.items()[position]);
      values.push_back(ratings.values()[position]);
    }
    offsets.push_back(static_cast<Size>(items.size()));
  }
  return {ratings.cols(), std::move(offsets), std::move(items), std::move(values)};
}

/// The ratings at positions p for which `chosen(p)` holds are the test part.
template <std::floating_point Scalar, class Chosen>
[[nodiscard]] Split<Scalar> split_where(const SparseMatrixView<Scalar>& ratings, const Chosen& chosen) {
  Split<Scalar> split{part(ratings, chosen, false), part(ratings, chosen, true)};
  if (ratings.implicit() != nullptr) split.train = split.train.with_implicit(*ratings.implicit());
  return split;
}

/// The ratings whose mark is set are the test part.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> split_by(const SparseMatrixView<Scalar>& ratings, const std::vector<bool>& test) {
  return split_where(ratings, [&](std::size_t position) { return test[position]; });
}

/// Marks `count` of the positions [begin, end), each set of that size equally likely: Knuth, The Art of Computer
/// Programming, vol. 2, algorithm S.
inline void mark_some(std::vector<bool>& marks, Size begin, Size end, Size count, Random& random) {
  for (Size p = begin; p < end && count > 0; ++p) {
    if (static_cast<Size>(random.below(static_cast<std::uint64_t>(end - p))) >= count) continue;
    marks[static_cast<std::size_t>(p)] = true;
    --count;
  }
}

/// Marks the `count` latest of the positions [begin, end); of equal timestamps, those further on.
inline void mark_latest(std::vector<bool>& marks, Size begin, Size end, Size count,
                        std::span<const std::int64_t> timestamps) {
  std::vector<Size> positions(static_cast<std::size_t>(end - begin));
  std::iota(positions.begin(), positions.end(), begin);
  const auto middle = positions.end() - count;
  std::nth_element(positions.begin(), middle, positions.end(), [&](Size a, Size b) {
    return std::pair(timestamps[static_cast<std::size_t>(a)], a) <
           std::pair(timestamps[static_cast<std::size_t>(b)], b);
  });
  for (auto position = middle; position != positions.end(); ++position) {
    marks[static_cast<std::size_t>(*position)] = true;
  }
}

template <std::floating_point Scalar>
void require_timestamps(const char* function, const SparseMatrixView<Scalar>& ratings,
                        std::span<const std::int64_t> timestamps) {
  require(static_cast<Size>(timestamps.size()) == ratings.nonzeros(), function, "number of timestamps",
          timestamps.size(), "one for each rating");
}

}  // namespace detail

/// Random holdout: the nearest whole number to `fraction` of all ratings is the test part, each set of that size
/// equally likely. Throws `std::invalid_argument` unless 0 ≤ fraction ≤ 1, as all of these do.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> holdout(const SparseMatrixView<Scalar>& ratings, double fraction, std::uint64_t seed) {
  detail::require_fraction("holdout", fraction);
  std::vector<bool> test(static_cast<std::size_t>(ratings.nonzeros()), false);
  Random random(seed);
  detail::mark_some(test, 0, ratings.nonzeros(), detail::share_of(ratings.nonzeros(), fraction), random);
  return detail::split_by(ratings, test);
}

/// Random holdout within each user: the nearest whole number to `fraction` of the user's ratings is tested on.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> holdout_within_users(const SparseMatrixView<Scalar>& ratings, double fraction,
                                                 std::uint64_t seed) {
  detail::require_fraction("holdout_within_users", fraction);
  std::vector<bool> test(static_cast<std::size_t>(ratings.nonzeros()), false);
  Random random(seed);
  for (Size user = 0; user < ratings.rows(); ++user) {
    const Size begin = ratings.offset(user);
    const Size end = ratings.offset(user + 1);
    detail::mark_some(test, begin, end, detail::share_of(end - begin, fraction), random);
  }
  return detail::split_by(ratings, test);
}

/// Leave k out: `k` random ratings of each user who has more than k are tested on; other users stay whole in training.
/// Throws `std::invalid_argument` unless k ≥ 1.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> leave_k_out(const SparseMatrixView<Scalar>& ratings, Size k, std::uint64_t seed) {
  detail::require(k >= 1, "leave_k_out", "k", k, "at least 1");
  std::vector<bool> test(static_cast<std::size_t>(ratings.nonzeros()), false);
  Random random(seed);
  for (Size user = 0; user < ratings.rows(); ++user) {
    const Size begin = ratings.offset(user);
    const Size end = ratings.offset(user + 1);
    if (end - begin > k) detail::mark_some(test, begin, end, k, random);
  }
  return detail::split_by(ratings, test);
}

/// Leave the last k out: as `leave_k_out`, with the latest ratings of each user; of equal timestamps, those further on
/// in the row. `timestamps` lie beside `ratings.values()`; throws `std::invalid_argument` if they are not as many.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> leave_last_k_out(const SparseMatrixView<Scalar>& ratings,
                                             std::span<const std::int64_t> timestamps, Size k) {
  detail::require(k >= 1, "leave_last_k_out", "k", k, "at least 1");
  detail::require_timestamps("leave_last_k_out", ratings, timestamps);
  std::vector<bool> test(static_cast<std::size_t>(ratings.nonzeros()), false);
  for (Size user = 0; user < ratings.rows(); ++user) {
    const Size begin = ratings.offset(user);
    const Size end = ratings.offset(user + 1);
    if (end - begin > k) detail::mark_latest(test, begin, end, k, timestamps);
  }
  return detail::split_by(ratings, test);
}

/// Holdout by time: the latest `fraction` of all ratings is tested on; of equal timestamps, those further on in the
/// matrix. No test rating is earlier than a training rating. `timestamps` lie beside `ratings.values()`; throws
/// `std::invalid_argument` if they are not as many.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> holdout_by_time(const SparseMatrixView<Scalar>& ratings,
                                            std::span<const std::int64_t> timestamps, double fraction) {
  detail::require_fraction("holdout_by_time", fraction);
  detail::require_timestamps("holdout_by_time", ratings, timestamps);
  std::vector<bool> test(static_cast<std::size_t>(ratings.nonzeros()), false);
  detail::mark_latest(test, 0, ratings.nonzeros(), detail::share_of(ratings.nonzeros(), fraction), timestamps);
  return detail::split_by(ratings, test);
}

/// Holdout of whole users: all the ratings of a random `fraction` of the users are the test part, and their rows are
/// empty in training. For what is known as strong generalization. Both parts keep `SparseMatrixView::implicit()`.
template <std::floating_point Scalar>
[[nodiscard]] Split<Scalar> holdout_users(const SparseMatrixView<Scalar>& ratings, double fraction,
                                          std::uint64_t seed) {
  detail::require_fraction("holdout_users", fraction);
  std::vector<bool> held_out(static_cast<std::size_t>(ratings.rows()), false);
  Random random(seed);
  detail::mark_some(held_out, 0, ratings.rows(), detail::share_of(ratings.rows(), fraction), random);
  std::vector<bool> test(static_cast<std::size_t>(ratings.nonzeros()), false);
  for (Size user = 0; user < ratings.rows(); ++user) {
    std::fill(test.begin() + ratings.offset(user), test.begin() + ratings.offset(user + 1), held_out[user]);
  }
  auto split = detail::split_by(ratings, test);
  if (ratings.implicit() != nullptr) split.test = split.test.with_implicit(*ratings.implicit());
  return split;
}

/// k folds: every rating is tested on in exactly one of them. Folds differ in size by one at most; each way to deal
/// the ratings out is equally likely. They are made when they are asked for: 2 bytes a rating until then; the ratings
/// are shared, or borrowed. Safe for concurrent use.
template <std::floating_point Scalar>
class KFolds {
 public:
  /// Throws `std::invalid_argument` unless 2 ≤ folds ≤ 65535.
  KFolds(SparseMatrixView<Scalar> ratings, int folds, std::uint64_t seed)
      : ratings_(std::move(ratings)), folds_(folds) {
    detail::require(folds >= 2 && folds <= 65535, "KFolds", "folds", folds, "2 to 65535");
    fold_of_.resize(static_cast<std::size_t>(ratings_.nonzeros()));
    for (std::size_t p = 0; p < fold_of_.size(); ++p) {
      fold_of_[p] = static_cast<std::uint16_t>(p % static_cast<std::size_t>(folds));
    }
    Random(seed).shuffle(std::span(fold_of_));
  }

  [[nodiscard]] int size() const noexcept { return folds_; }  ///< folds

  /// Fold `fold`, from 0: the test part is it, the training part all the others.
  [[nodiscard]] Split<Scalar> fold(int fold) const {
    detail::require(fold >= 0 && fold < folds_, "KFolds::fold", "fold", fold, "at least 0 and less than size()");
    return detail::split_where(ratings_, [&](std::size_t position) { return fold_of_[position] == fold; });
  }

 private:
  SparseMatrixView<Scalar> ratings_;
  int folds_;
  std::vector<std::uint16_t> fold_of_;
};

}  // namespace v0_1
}  // namespace asysvd
