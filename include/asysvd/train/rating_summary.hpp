// SPDX-License-Identifier: MIT
/// \file
/// What is known of ratings before anything is learned from them: their mean and range, the offsets of users and items
/// around it, and what those leave.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix_view.hpp>

namespace asysvd {
inline namespace v0_1 {

/// b̃_u = Σ_j (r_uj − μ − b̃_j) / (shrinkage + n), with b̃_j out of `item_offsets`; 0 for an empty profile. With the
/// learned b_j in its place it is the bias of a user who was not trained on.
template <std::floating_point Scalar>
[[nodiscard]] Scalar user_offset(ProfileView<Scalar> profile, Scalar mean, const std::vector<Scalar>& item_offsets,
                                 double shrinkage) noexcept {
  if (profile.empty()) return 0;
  double sum = 0;
  for (std::size_t t = 0; t < profile.items.size(); ++t) {
    sum += static_cast<double>(profile.ratings[t]) - mean - item_offsets[profile.items[t]];
  }
  return static_cast<Scalar>(sum / (shrinkage + static_cast<double>(profile.size())));
}

/// How many ratings each item has from the users that are `counted`, or from all if that is empty.
/// O(ratings + users + items).
template <std::floating_point Scalar>
[[nodiscard]] std::vector<Size> rating_counts(const SparseMatrixView<Scalar>& ratings,
                                              const std::vector<bool>& counted = {}) {
  std::vector<Size> counts(static_cast<std::size_t>(ratings.cols()), 0);
  for (Size user = 0; user < ratings.rows(); ++user) {
    if (!counted.empty() && !counted[static_cast<std::size_t>(user)]) continue;
    for (const Index item : ratings.row(user).items) ++counts[item];
  }
  return counts;
}

/// What pulls biases of few ratings towards 0. Finite numbers of at least 0; the defaults are those of `Options`.
struct BiasShrinkage {
  double user = 10;  ///< of b_u
  double item = 25;  ///< of b_i
};

/// Facts of ratings r_ui that a fit begins with, all in the unit of the ratings.
template <std::floating_point Scalar>
struct RatingSummary {
  Size count;                        ///< how many ratings
  Scalar min = 0;                    ///< least rating
  Scalar max = 0;                    ///< greatest rating
  Scalar mean = 0;                   ///< μ
  std::vector<Scalar> item_offsets;  ///< b̃_i = Σ_u (r_ui − μ) / (shrinkage + |R(i)|); 0 where nobody rated
  std::vector<Scalar> user_offsets;  ///< b̃_u, see `user_offset`
  std::vector<Size> item_counts;     ///< |R(i)|
  double squares = 0;                ///< Σ r_ui²
  double squares_left = 0;           ///< Σ (r_ui − μ − b̃_u − b̃_i)²

  /// \param ratings valid and not empty: not checked.
  /// \param biases whether there are a mean and offsets; without, they are 0.
  /// \param shrinkage of the offsets: not checked.
  /// O(ratings + users + items).
  RatingSummary(const SparseMatrixView<Scalar>& ratings, bool biases, BiasShrinkage shrinkage)
      : count(ratings.nonzeros()),
        item_offsets(static_cast<std::size_t>(ratings.cols()), 0),
        user_offsets(static_cast<std::size_t>(ratings.rows()), 0) {
    const auto [least, greatest] = std::ranges::minmax(ratings.values());
    min = least;
    max = greatest;
    double sum = 0;
    for (const double rating : ratings.values()) {
      sum += rating;
      squares += rating * rating;
    }
    if (!biases) {
      item_counts = rating_counts(ratings);
      squares_left = squares;
      return;
    }
    mean = static_cast<Scalar>(sum / static_cast<double>(count));
    add_items(ratings, shrinkage.item);
    for (Size user = 0; user < ratings.rows(); ++user) add_user(user, ratings.row(user), shrinkage.user);
  }

 private:
  void add_items(const SparseMatrixView<Scalar>& ratings, double shrinkage) {
    item_counts.assign(item_offsets.size(), 0);
    std::vector<double> sums(item_offsets.size(), 0.0);
    for (std::size_t p = 0; p < ratings.items().size(); ++p) {
      const auto item = static_cast<std::size_t>(ratings.items()[p]);
      sums[item] += static_cast<double>(ratings.values()[p]) - mean;
      ++item_counts[item];
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (item_counts[i] == 0) continue;
      item_offsets[i] = static_cast<Scalar>(sums[i] / (shrinkage + static_cast<double>(item_counts[i])));
    }
  }

  void add_user(Size user, ProfileView<Scalar> profile, double shrinkage) {
    const Scalar offset = user_offset(profile, mean, item_offsets, shrinkage);
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const double left = static_cast<double>(profile.ratings[t]) - mean - offset - item_offsets[profile.items[t]];
      squares_left += left * left;
    }
    user_offsets[static_cast<std::size_t>(user)] = offset;
  }
};

}  // namespace v0_1
}  // namespace asysvd
