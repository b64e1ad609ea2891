// SPDX-License-Identifier: MIT
/// \file
/// What recommendations are asked for and made of, and the choice of the best items without sorting them all.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// An item and how well it suits.
template <std::floating_point Scalar>
struct ScoredItem {
  Index item;    ///< of the training matrix
  Scalar score;  ///< of a recommendation: r̂, unclamped; of a similar item: the cosine

  /// Whether item and score are the same.
  friend bool operator==(const ScoredItem&, const ScoredItem&) = default;
};

/// What `recommend` is asked for. The spans are read during the call only; an item may stand in them more than once.
struct RecommendOptions {
  Size count = 10;                                                  ///< how many items at most; at least 0
  bool include_seen = false;                                        ///< whether items of the profile may be among them
  double minimum_score = -std::numeric_limits<double>::infinity();  ///< what a score must reach; not NaN
  std::optional<std::span<const Index>> candidates{};               ///< if given, no other item is recommended
  std::span<const Index> excluded{};                                ///< items that are not recommended
};

/// What `recommend_all` is asked for.
struct RecommendAllOptions {
  Size count = 10;            ///< how many items at most for each user; at least 0
  bool include_seen = false;  ///< whether items of the user's profile may be among them
  int threads = 1;            ///< at least 1; changes nothing but the time
};

/// The filter that lets every item pass.
struct AnyItem {
  [[nodiscard]] constexpr bool operator()(Index) const noexcept { return true; }  ///< true
};

namespace detail {

/// Best first, equal scores by item.
template <std::floating_point Scalar>
[[nodiscard]] constexpr bool better(const ScoredItem<Scalar>& a, const ScoredItem<Scalar>& b) noexcept {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

/// The `count` best of the items that it is given, in any order: a heap with the worst of them on top.
template <std::floating_point Scalar>
class TopItems {
 public:
  explicit TopItems(Size count) : count_(static_cast<std::size_t>(count)) {}

  [[nodiscard]] bool full() const noexcept { return heap_.size() >= count_; }
  /// The score that another item must reach to be among them.
  [[nodiscard]] Scalar bar() const noexcept {
    return heap_.empty() || !full() ? -std::numeric_limits<Scalar>::infinity() : heap_.front().score;
  }

  void add(const ScoredItem<Scalar>& item) {
    if (full()) {
      if (heap_.empty() || !better(item, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), better<Scalar>);
      heap_.back() = item;
    } else {
      heap_.push_back(item);
    }
    std::push_heap(heap_.begin(), heap_.end(), better<Scalar>);
  }

  [[nodiscard]] std::vector<ScoredItem<Scalar>> sorted() && {
    std::sort_heap(heap_.begin(), heap_.end(), better<Scalar>);
    return std::move(heap_);
  }

 private:
  std::size_t count_;
  std::vector<ScoredItem<Scalar>> heap_;
};

/// By item: whether the options keep it from being recommended to somebody who has seen `seen`.
[[nodiscard]] inline std::vector<bool> hidden_items(std::string_view function, Size items,
                                                    const RecommendOptions& wanted, std::span<const Index> seen) {
  require(wanted.count >= 0, function, "count", wanted.count, "at least 0");
  require(wanted.minimum_score == wanted.minimum_score, function, "minimum_score", wanted.minimum_score, "not NaN");
  std::vector<bool> hidden(static_cast<std::size_t>(items), wanted.candidates.has_value());
  const auto set = [&](std::span<const Index> these, const char* name, bool value) {
    for (const Index item : these) {
      require(item >= 0 && item < items, function, name, item, "an item of the training matrix");
      hidden[static_cast<std::size_t>(item)] = value;
    }
  };
  if (wanted.candidates) set(*wanted.candidates, "a candidate", false);
  set(wanted.excluded, "an excluded item", true);
  if (!wanted.include_seen) set(seen, "a seen item", true);
  return hidden;
}

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd
