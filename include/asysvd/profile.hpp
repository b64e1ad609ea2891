// SPDX-License-Identifier: MIT
/// \file
/// The profile R(u): the items that one user rated, and the ratings.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <asysvd/detail/check.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Index of a user or of an item, from 0.
using Index = std::int32_t;

/// Counts of users, items and ratings, and offsets into arrays of ratings.
using Size = std::int64_t;

/// One entry of a profile.
template <std::floating_point Scalar>
struct ItemRating {
  Index item;     ///< from 0
  Scalar rating;  ///< as it was given

  /// Whether item and rating are the same.
  friend bool operator==(const ItemRating&, const ItemRating&) = default;
};

namespace detail {

/// Throws `std::invalid_argument` unless `item` is one of `items`.
inline void require_item(std::string_view function, Index item, Size items) {
  if (item >= 0 && item < items) [[likely]]
    return;
  throw_invalid(function, "item", to_text(item),
                items == 0 ? "an item of a training matrix, and the model has learned from none"
                           : "0 to " + to_text(items - 1) + ", an item of the training matrix");
}

}  // namespace detail

/// A borrowed profile: `size()` items and their ratings, side by side, R(u), and items that the user has seen, bought
/// or otherwise turned to without rating them; N(u) is both together. Each item stands in it once, in any place. Cheap to
/// copy; valid as long as what it borrows from.
template <std::floating_point Scalar>
struct ProfileView {
  std::span<const Index> items;         ///< of R(u)
  std::span<const Scalar> ratings;      ///< of each of `items`
  std::span<const Index> unrated = {};  ///< of N(u), those that are not in `items`

  /// n, the number of rated items.
  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(items.size()); }
  [[nodiscard]] bool empty() const noexcept { return items.empty(); }  ///< whether nothing is rated
  /// Throws `std::invalid_argument` unless there is a rating for each item. O(1).
  void require_pairs(std::string_view function) const {
    detail::require(items.size() == ratings.size(), function, "number of ratings", ratings.size(),
                    "the number of items of the profile");
  }
  /// Throws `std::invalid_argument` unless there is a finite rating for each item, and all of N(u) are of `item_count`
  /// items, each once. O(n) where items ascend and all are rated, otherwise O(n log n).
  void validate(std::string_view function, Size item_count) const {
    require_pairs(function);
    for (const auto some : {items, unrated}) {
      for (const Index item : some) detail::require_item(function, item, item_count);
    }
    for (const Scalar rating : ratings) {
      detail::require(detail::is_finite(rating), function, "a rating of the profile", rating, "a finite number");
    }
    const bool ascending = std::ranges::adjacent_find(items, std::ranges::greater_equal()) == items.end();
    if (ascending && unrated.empty()) [[likely]]
      return;
    std::vector<Index> all(items.begin(), items.end());
    all.insert(all.end(), unrated.begin(), unrated.end());
    std::ranges::sort(all);
    const auto twice = std::ranges::adjacent_find(all);
    if (twice != all.end()) detail::throw_invalid(function, "item", detail::to_text(*twice), "once in a profile");
  }
  /// |N(u)|
  [[nodiscard]] Size implicit_size() const noexcept { return size() + static_cast<Size>(unrated.size()); }
};

/// A profile that owns its entries, in ascending order of items, each item once.
///
/// ```cpp
/// Profile<float> somebody{{12, 5.0f}, {40, 2.5f}};   // (item, rating)
/// ```
template <std::floating_point Scalar>
class Profile {
 public:
  Profile() = default;
  /// Rates each item; of an item that comes twice the last rating counts. Throws as `set` does.
  Profile(std::initializer_list<ItemRating<Scalar>> entries) {
    for (const auto& [item, rating] : entries) set(item, rating);
  }
  /// Throws `std::invalid_argument` as `set` and `add_unrated` do, or if the view has not a rating for each item.
  explicit Profile(ProfileView<Scalar> view) {
    view.require_pairs("Profile");
    for (Size t = 0; t < view.size(); ++t) set(view.items[t], view.ratings[t]);
    for (const Index item : view.unrated) add_unrated(item);
  }

  /// Adds a rating, or changes it: the last one of an item counts. O(log n) to find the place, O(n) to make room.
  /// Throws `std::invalid_argument` if the item is negative or the rating not finite.
  void set(Index item, Scalar rating) {
    detail::require(item >= 0, "Profile::set", "item", item, "an index of at least 0");
    detail::require(detail::is_finite(rating), "Profile::set", "rating", rating, "a finite number");
    const auto place = std::lower_bound(items_.begin(), items_.end(), item);
    const auto offset = place - items_.begin();
    if (place != items_.end() && *place == item) {
      ratings_[offset] = rating;
      return;
    }
    // Room first, so that the second insertion can't fail and leave the first one alone.
    if (items_.size() == items_.capacity()) items_.reserve(std::max<std::size_t>(8, 2 * items_.size()));
    ratings_.insert(ratings_.begin() + offset, rating);
    items_.insert(items_.begin() + offset, item);
    std::erase(unrated_, item);
  }

  /// Adds an item of N(u) that has no rating; nothing changes if it has one, or was added before. O(n). Throws
  /// `std::invalid_argument` if the item is negative.
  void add_unrated(Index item) {
    detail::require(item >= 0, "Profile::add_unrated", "item", item, "an index of at least 0");
    if (std::ranges::binary_search(items_, item)) return;
    const auto place = std::ranges::lower_bound(unrated_, item);
    if (place == unrated_.end() || *place != item) unrated_.insert(place, item);
  }

  /// Removes an item, rated or not; false if it was not there.
  bool erase(Index item) {
    if (std::erase(unrated_, item) > 0) return true;
    const auto place = std::lower_bound(items_.begin(), items_.end(), item);
    if (place == items_.end() || *place != item) return false;
    ratings_.erase(ratings_.begin() + (place - items_.begin()));
    items_.erase(place);
    return true;
  }

  /// The item's rating, if it has one. O(log n).
  [[nodiscard]] std::optional<Scalar> rating(Index item) const {
    const auto place = std::ranges::lower_bound(items_, item);
    if (place == items_.end() || *place != item) return std::nullopt;
    return ratings_[static_cast<std::size_t>(place - items_.begin())];
  }
  /// Whether the item is of N(u) and has no rating. O(log n).
  [[nodiscard]] bool is_unrated(Index item) const { return std::ranges::binary_search(unrated_, item); }

  /// n, the number of rated items.
  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(items_.size()); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }  ///< whether nothing is rated
  /// Valid until the profile changes or goes.
  [[nodiscard]] ProfileView<Scalar> view() const noexcept { return {items_, ratings_, unrated_}; }
  /// As `view`: a profile goes wherever a view is wanted.
  operator ProfileView<Scalar>() const noexcept { return view(); }  // NOLINT(google-explicit-constructor)

 private:
  std::vector<Index> items_;
  std::vector<Scalar> ratings_;
  std::vector<Index> unrated_;
};

}  // namespace v0_1
}  // namespace asysvd
