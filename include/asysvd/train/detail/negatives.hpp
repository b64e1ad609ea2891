// SPDX-License-Identifier: MIT
/// \file
/// Items that a user has not rated, as samples with the target 0: drawn, counted, and the start of learning from them.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

#include <asysvd/concepts.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd::detail {

/// How many samples a visit has at most for each rating.
template <class Sampler>
[[nodiscard]] Size samples_per_rating([[maybe_unused]] const Sampler& sampler) noexcept {
  if constexpr (NegativeSampler<Sampler>) return 1 + Size{sampler.quota};
  return 1;
}

/// How many samples a visit to a user has, of whom `items` could be rated.
template <std::floating_point Scalar, class Sampler>
[[nodiscard]] Size samples_of(const Sampler& sampler, ProfileView<Scalar> profile, Size items) noexcept {
  return profile.implicit_size() < items ? samples_per_rating(sampler) * profile.size() : profile.size();
}

/// How many samples an epoch has.
template <std::floating_point Scalar, class Sampler>
[[nodiscard]] Size samples_of(const Sampler& sampler, const SparseMatrixView<Scalar>& ratings) noexcept {
  if (samples_per_rating(sampler) == 1) return ratings.nonzeros();
  Size samples = 0;
  for (Size user = 0; user < ratings.rows(); ++user) samples += samples_of(sampler, ratings.row(user), ratings.cols());
  return samples;
}

/// How many samples of each item an epoch has: its ratings, and as often as it is drawn on average, rounded. That is
/// what the λ of a whole item is shared out over. O(ratings + items).
template <std::floating_point Scalar, class Sampler>
[[nodiscard]] std::vector<Size> sample_counts(const Sampler& sampler, const SparseMatrixView<Scalar>& ratings) {
  auto counts = rating_counts(ratings);
  if (samples_per_rating(sampler) == 1) return counts;
  std::vector<double> kept(counts.size(), 0.0);  // from an item, of what any item that nobody has met is drawn
  double drawn = 0;
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto profile = ratings.row(user);
    const Size others = ratings.cols() - profile.implicit_size();
    const Size draws = samples_of(sampler, profile, ratings.cols()) - profile.size();
    if (draws == 0) continue;
    const double of_each = static_cast<double>(draws) / static_cast<double>(others);
    drawn += of_each;
    for (const auto met : {profile.items, profile.unrated}) {
      for (const Index item : met) kept[static_cast<std::size_t>(item)] += of_each;
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += std::llround(drawn - kept[i]);
  return counts;
}

/// Draws items that are not in a profile.
class OtherItems {
 public:
  /// Allocates for profiles of up to `longest` items of N(u).
  explicit OtherItems(Size longest) { met_.reserve(static_cast<std::size_t>(longest)); }

  /// Fills `drawn` with −1 − i of items i, each drawn uniformly from those of 0 to `items` − 1 that are not in the
  /// profile, of which there must be one. A number is drawn among them and then found by bisection: what was not drawn
  /// need not be drawn again, however much of the catalogue the profile holds. O(drawn · log n).
  template <std::floating_point Scalar>
  void draw(ProfileView<Scalar> profile, Size items, Random& random, std::span<Index> drawn) {
    auto met = profile.items;
    if (!profile.unrated.empty()) {
      met_.clear();
      std::ranges::merge(profile.items, profile.unrated, std::back_inserter(met_));
      met = met_;
    }
    const auto others = static_cast<std::uint32_t>(items - static_cast<Size>(met.size()));
    for (Index& sample : drawn) sample = -1 - other(met, static_cast<Index>(random.below(others)));
  }

 private:
  /// The item that `rank` others come before: it comes after all of `met` that have no more others before them.
  [[nodiscard]] static Index other(std::span<const Index> met, Index rank) noexcept {
    std::size_t first = 0;
    for (std::size_t left = met.size(); left > 0;) {
      const std::size_t half = left / 2;
      const std::size_t middle = first + half;
      const bool before = met[middle] - static_cast<Index>(middle) <= rank;
      first = before ? middle + 1 : first;
      left = before ? left - half - 1 : half;
    }
    return rank + static_cast<Index>(first);
  }

  std::vector<Index> met_;
};

/// From the start of a model of ratings to that of one of the targets 1 and 0, which has neither μ nor b_u, and begins
/// with b_i = 0. The constants c_j stay: b̃_j takes in μ.
template <std::floating_point Scalar>
void towards_targets(Ensemble<Scalar>& ensemble) {
  for (auto* const parts : {&ensemble.members, &ensemble.averages}) {
    for (auto& part : *parts) {
      for (Scalar& baseline : part.item_baseline) baseline += part.mean;
      part.mean = 0;
      std::ranges::fill(part.item_bias, Scalar(0));
      std::ranges::fill(part.user_bias, Scalar(0));
    }
  }
}

}  // namespace asysvd::detail
