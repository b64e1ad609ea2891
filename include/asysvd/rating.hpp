// SPDX-License-Identifier: MIT
/// \file
/// One rating, and what may be taken for one.
#pragma once

#include <concepts>
#include <functional>
#include <ranges>

#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// One rating as a triplet.
template <std::floating_point Scalar>
struct Rating {
  Index user;    ///< row, from 0
  Index item;    ///< column, from 0
  Scalar value;  ///< the rating itself

  /// Whether all three are the same.
  friend bool operator==(const Rating&, const Rating&) = default;
};

/// A type with members `user`, `item` and `value`, as `Rating` has.
template <class T>
concept RatingLike = requires(const T& t) {
  { t.user } -> std::convertible_to<Size>;
  { t.item } -> std::convertible_to<Size>;
  { t.value } -> std::convertible_to<double>;
};

/// A type with member functions `row()`, `col()` and `value()`, as `Eigen::Triplet` has.
template <class T>
concept TripletLike = requires(const T& t) {
  { t.row() } -> std::convertible_to<Size>;
  { t.col() } -> std::convertible_to<Size>;
  { t.value() } -> std::convertible_to<double>;
};

/// A function, or a pointer to a member, that takes a `Part` out of what a range holds.
template <class F, class Range, class Part>
concept ProjectionOf = requires(F& part_of, std::ranges::range_reference_t<Range> held) {
  { std::invoke(part_of, held) } -> std::convertible_to<Part>;
};

namespace detail {

/// The parts of a `RatingLike` or `TripletLike`.
struct UserOf {
  template <class T>
  [[nodiscard]] constexpr Size operator()(const T& triplet) const {
    if constexpr (RatingLike<T>)
      return static_cast<Size>(triplet.user);
    else
      return static_cast<Size>(triplet.row());
  }
};
struct ItemOf {
  template <class T>
  [[nodiscard]] constexpr Size operator()(const T& triplet) const {
    if constexpr (RatingLike<T>)
      return static_cast<Size>(triplet.item);
    else
      return static_cast<Size>(triplet.col());
  }
};
struct ValueOf {
  template <class T>
  [[nodiscard]] constexpr auto operator()(const T& triplet) const {
    if constexpr (RatingLike<T>)
      return triplet.value;
    else
      return triplet.value();
  }
};

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd
