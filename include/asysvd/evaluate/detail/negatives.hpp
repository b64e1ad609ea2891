// SPDX-License-Identifier: MIT
/// \file
/// The few items among which a user's relevant ones are ranked when not all are.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/random.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Draws for one user after another; what it draws depends on the seed and the user alone.
class Negatives {
 public:
  /// `items` bounds every index that will come; `catalogue`, those that may be recommended.
  Negatives(Size items, Size catalogue, Size count, std::uint64_t seed)
      : catalogue_(catalogue), count_(count), seed_(seed), left_out_of_(static_cast<std::size_t>(items), -1) {}

  /// The relevant items that can be recommended, and `count` others that the user has not seen, each equally likely;
  /// all others if there are fewer. Valid until the next call.
  template <std::floating_point Scalar>
  [[nodiscard]] std::span<const Index> candidates(Index user, ProfileView<Scalar> seen, ProfileView<Scalar> relevant) {
    candidates_.clear();
    for (const Index item : seen.items) left_out_of_[item] = user;
    for (const Index item : relevant.items) {
      if (item < catalogue_ && left_out_of_[item] != user) candidates_.push_back(item);
      left_out_of_[item] = user;
    }
    others_.clear();
    for (Index item = 0; item < catalogue_; ++item) {
      if (left_out_of_[item] != user) others_.push_back(item);
    }
    Random random(seed_, static_cast<std::uint64_t>(user));
    for (std::size_t drawn = 0; drawn < others_.size() && static_cast<Size>(drawn) < count_; ++drawn) {
      std::swap(others_[drawn], others_[drawn + random.below(std::uint64_t{others_.size() - drawn})]);
      candidates_.push_back(others_[drawn]);
    }
    return candidates_;
  }

 private:
  Size catalogue_;
  Size count_;
  std::uint64_t seed_;
  std::vector<Index> left_out_of_;  // by item: the last user for whom it is no negative
  std::vector<Index> others_;
  std::vector<Index> candidates_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
