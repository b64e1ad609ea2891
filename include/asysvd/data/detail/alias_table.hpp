// SPDX-License-Identifier: MIT
/// \file
/// Draws from a discrete distribution in constant time.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/random.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Walker's alias method, in Vose's form ("A linear algorithm for generating random numbers with a given
/// distribution", IEEE Transactions on Software Engineering 1991).
class AliasTable {
 public:
  /// `weights` must be positive and not empty. O(n).
  explicit AliasTable(const std::vector<double>& weights) : keep_(weights.size(), 1.0), alias_(weights.size(), 0) {
    const double mean = std::reduce(weights.begin(), weights.end()) / static_cast<double>(weights.size());
    std::vector<double> filled(weights.size());
    std::vector<std::size_t> small, large;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      filled[i] = weights[i] / mean;
      (filled[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
      const std::size_t poor = small.back();
      const std::size_t rich = large.back();
      small.pop_back();
      keep_[poor] = filled[poor];
      alias_[poor] = static_cast<Index>(rich);
      filled[rich] -= 1 - filled[poor];
      if (filled[rich] < 1) {
        large.pop_back();
        small.push_back(rich);
      }
    }
  }

  [[nodiscard]] Index draw(Random& random) const noexcept {
    const auto column = static_cast<Index>(random.below(static_cast<std::uint32_t>(keep_.size())));
    return random.uniform() < keep_[column] ? column : alias_[column];
  }

 private:
  std::vector<double> keep_;
  std::vector<Index> alias_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
