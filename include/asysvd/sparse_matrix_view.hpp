// SPDX-License-Identifier: MIT
/// \file
/// Ratings as a sparse matrix in compressed rows, users × items, borrowed without a copy.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A compressed matrix with the interface of `Eigen::SparseMatrix` and `Eigen::Map<Eigen::SparseMatrix>`: rows stored
/// one after the other, column indices of 32 bits, offsets of 32 or 64. Stated by its members, so that this header
/// does not need Eigen's sparse module.
template <class Matrix, class Scalar>
concept CompressedRowMajor = requires(const Matrix& m) {
  { m.valuePtr() } -> std::same_as<const Scalar*>;
  { m.innerIndexPtr() } -> std::same_as<const Index*>;
  { m.outerIndexPtr() } -> std::convertible_to<const void*>;
  { m.isCompressed() } -> std::convertible_to<bool>;
  requires bool(Matrix::IsRowMajor);
};

/// Such a matrix that dies with the call that it is passed to, and its entries with it: no map. A model, which
/// goes on reading its ratings, refuses it.
template <class Matrix, class Scalar>
concept TemporaryRowMajor = !std::is_lvalue_reference_v<Matrix> && CompressedRowMajor<Matrix, Scalar> &&
                            requires(std::remove_const_t<Matrix> & m) {
  m.makeCompressed();
};

/// Ratings in compressed rows (CSR) that belong to somebody else: an `Eigen::SparseMatrix`, a memory-mapped file,
/// another program's arrays. Whatever reads ratings takes a view; copying one copies no rating.
///
/// Row u holds the profile of user u: entries `offset(u)` to `offset(u + 1)` of `items()` and `values()`. Rows that a
/// `SparseMatrix` made are in ascending order of items; the library does not rely on it.
///
/// A view made from a `SparseMatrix` shares its storage and can outlive it. A view of anything else must not outlive
/// what it was made from. Safe for concurrent use.
template <std::floating_point ScalarType>
class SparseMatrixView {
 public:
  using Scalar = ScalarType;  ///< of the ratings

  /// No users, no items.
  SparseMatrixView() = default;

  /// Copies no rating. O(1).
  SparseMatrixView(const SparseMatrixView&) = default;
  /// \overload
  SparseMatrixView& operator=(const SparseMatrixView&) = default;
  /// One that was moved from has no users and no items.
  SparseMatrixView(SparseMatrixView&& other) noexcept : SparseMatrixView(std::as_const(other)) { other.clear(); }
  /// \overload
  SparseMatrixView& operator=(SparseMatrixView&& other) noexcept {
    if (this != &other) {
      *this = std::as_const(other);
      other.clear();
    }
    return *this;
  }
  ~SparseMatrixView() = default;

  /// Borrows arrays. `offsets` has one entry per user and one more, starting with 0; its entries have 32 or 64 bits.
  /// Throws `std::invalid_argument` if the sizes do not fit each other or the offsets descend: O(users). What the
  /// arrays of ratings hold is not looked at; `validate()` does that.
  template <class Offset>
  requires std::same_as<std::remove_const_t<Offset>, std::int32_t> ||
      std::same_as<std::remove_const_t<Offset>, std::int64_t>
      SparseMatrixView(Size cols, std::span<Offset> offsets, std::span<const Index> items,
                       std::span<const Scalar> values)
      : SparseMatrixView(cols, offsets, items, values, nullptr) {}

  /// Borrows an `Eigen::SparseMatrix<Scalar, Eigen::RowMajor>` or a map of one. Throws `std::invalid_argument` if it
  /// is not compressed.
  template <CompressedRowMajor<Scalar> Matrix>
  SparseMatrixView(const Matrix& m)  // NOLINT(google-explicit-constructor)
      : SparseMatrixView(m.cols(), std::span(m.outerIndexPtr(), compressed_offsets(m)),
                         std::span(m.innerIndexPtr(), static_cast<std::size_t>(m.nonZeros())),
                         std::span(m.valuePtr(), static_cast<std::size_t>(m.nonZeros()))) {}

  [[nodiscard]] Size rows() const noexcept { return rows_; }                                 ///< users
  [[nodiscard]] Size cols() const noexcept { return cols_; }                                 ///< items
  [[nodiscard]] Size nonzeros() const noexcept { return static_cast<Size>(items_.size()); }  ///< ratings

  /// Where row `user` begins; `offset(rows())` is `nonzeros()`.
  [[nodiscard]] Size offset(Size user) const noexcept {
    return narrow_ != nullptr ? Size{narrow_[user]} : wide_ != nullptr ? wide_[user] : 0;
  }
  [[nodiscard]] std::span<const Index> items() const noexcept { return items_; }  ///< of all rows, one after the other
  [[nodiscard]] std::span<const Scalar> values() const noexcept { return values_; }  ///< the ratings of `items`

  /// The profile of a user. `user` must lie in [0, rows()): not checked. O(1).
  [[nodiscard]] ProfileView<Scalar> row(Size user) const noexcept {
    const auto begin = static_cast<std::size_t>(offset(user));
    const auto length = static_cast<std::size_t>(offset(user + 1)) - begin;
    ProfileView<Scalar> profile{items_.subspan(begin, length), values_.subspan(begin, length)};
    if (implicit_ != nullptr) profile.unrated = implicit_->unrated(user);
    return profile;
  }

  /// The user whose row holds the entry at `offset_in_rows`, which must lie in [0, nonzeros()): not checked. O(log
  /// rows()).
  [[nodiscard]] Size user_of(Size offset_in_rows) const noexcept {
    const auto last_row_from = [&](const auto* offsets) {
      return std::upper_bound(offsets, offsets + rows_ + 1, offset_in_rows) - offsets - 1;
    };
    return narrow_ != nullptr ? last_row_from(narrow_) : last_row_from(wide_);
  }

  /// The number of ratings of the user who has most.
  [[nodiscard]] Size longest_row() const noexcept {
    Size longest = 0;
    for (Size user = 0; user < rows_; ++user) longest = std::max(longest, offset(user + 1) - offset(user));
    return longest;
  }

  /// The same ratings among more items, which nobody rated. Throws `std::invalid_argument` if they are fewer than
  /// cols(), or more than an index can name.
  [[nodiscard]] SparseMatrixView with_cols(Size cols) const {
    detail::require(cols >= cols_ && cols <= std::numeric_limits<Index>::max(), "SparseMatrixView::with_cols", "cols",
                    cols, "cols() to 2147483647");
    SparseMatrixView other = *this;
    other.cols_ = cols;
    return other;
  }

  /// The same items with other values, which are borrowed and must be as many: not checked.
  [[nodiscard]] SparseMatrixView with_values(std::span<const Scalar> values) const {
    SparseMatrixView other = *this;
    other.values_ = values;
    return other;
  }

  /// The same ratings with wider implicit feedback: N(u) is the items that u has rated and those in row u of `given`,
  /// such as views or purchases, whose values play no part. A view that is made of it keeps that; a training part does
  /// as well. `given` is kept as a view is. O(ratings + entries of `given`), and 4 bytes of memory for each entry that
  /// is not a rating; an item may be in a row of `given` more than once. Throws `std::invalid_argument` if `given` has
  /// more users or items, if an item of it is out of range, or as `validate()` does.
  [[nodiscard]] SparseMatrixView with_implicit(const SparseMatrixView& given) const {
    SparseMatrixView other = *this;
    other.implicit_ = std::make_shared<const Implicit>(*this, given);
    return other;
  }
  /// What `with_implicit` was given, or null.
  [[nodiscard]] const SparseMatrixView* implicit() const noexcept {
    return implicit_ == nullptr ? nullptr : &implicit_->given;
  }

  /// Throws `std::invalid_argument` naming the first item outside [0, cols()) or the first rating that is not
  /// finite, or else the first item that a row has twice. O(nonzeros()); memory: none if the items of each row ascend,
  /// 8 bytes an item otherwise.
  void validate() const {
    validate_numbers();
    require_distinct_items();
  }

  /// The same, but an item may be in a row more than once, as among ratings to test on.
  void validate_numbers() const {
    // Loops that never stop early, and count in the width of what they look at, run in vectors.
    std::uint32_t outside = 0;
    for (const Index item : items_) {
      outside |= static_cast<std::uint32_t>(static_cast<std::uint32_t>(item) >= static_cast<std::uint32_t>(cols_));
    }
    std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t> infinite = 0;
    for (const Scalar value : values_) infinite |= static_cast<decltype(infinite)>(!detail::is_finite(value));
    if (outside != 0 || infinite != 0) [[unlikely]] {
      for (std::size_t p = 0; p < items_.size(); ++p) {
        detail::require(items_[p] >= 0 && items_[p] < cols_, "SparseMatrixView", "an item index", items_[p],
                        "at least 0 and less than the number of items");
        detail::require(detail::is_finite(values_[p]), "SparseMatrixView", "a rating", values_[p], "a finite number");
      }
    }
  }

 protected:
  /// As the public one, and keeps what owns the arrays.
  template <class Offset>
  SparseMatrixView(Size cols, std::span<Offset> offsets, std::span<const Index> items, std::span<const Scalar> values,
                   std::shared_ptr<const void> owner)
      : rows_(static_cast<Size>(offsets.size()) - 1),
        cols_(cols),
        items_(items),
        values_(values),
        owner_(std::move(owner)) {
    constexpr auto most = std::numeric_limits<Index>::max();
    detail::require(rows_ >= 0 && rows_ <= most, "SparseMatrixView", "number of offsets", offsets.size(),
                    "one more than users, at least 1 and at most 2^31");
    detail::require(cols >= 0 && cols <= most, "SparseMatrixView", "number of items", cols, "0 to 2147483647");
    detail::require(items.size() == values.size(), "SparseMatrixView", "number of values", values.size(),
                    "as many as items");
    detail::require(offsets.front() == 0, "SparseMatrixView", "first offset", offsets.front(), "0");
    for (std::size_t u = 1; u < offsets.size(); ++u) {
      detail::require(offsets[u - 1] <= offsets[u], "SparseMatrixView", "an offset", offsets[u],
                      "at least the one before it");
    }
    detail::require(static_cast<std::size_t>(offsets.back()) == items.size(), "SparseMatrixView", "last offset",
                    offsets.back(), "the number of items stored");
    if constexpr (sizeof(Offset) == 4) {
      narrow_ = offsets.data();
    } else {
      wide_ = offsets.data();
    }
  }

 private:
  struct Implicit;

  void clear() noexcept {
    const SparseMatrixView none;
    *this = none;
  }

  void require_distinct_items() const {
    std::vector<Size> met_by;  // the last user whose row had the item, of those with rows that do not ascend
    for (Size user = 0; user < rows_; ++user) {
      const auto row = items_.subspan(static_cast<std::size_t>(offset(user)),
                                      static_cast<std::size_t>(offset(user + 1) - offset(user)));
      std::uint32_t descents = 0;
      for (std::size_t t = 1; t < row.size(); ++t) descents |= static_cast<std::uint32_t>(row[t] <= row[t - 1]);
      if (descents == 0) [[likely]]
        continue;
      met_by.resize(static_cast<std::size_t>(cols_), -1);
      for (const Index item : row) {
        if (std::exchange(met_by[static_cast<std::size_t>(item)], user) != user) continue;
        detail::throw_invalid("SparseMatrixView", "an item of user " + detail::to_text(user), detail::to_text(item),
                              "there once");
      }
    }
  }

  template <class Matrix>
  static std::size_t compressed_offsets(const Matrix& m) {
    detail::require(m.isCompressed(), "SparseMatrixView", "isCompressed()", 0,
                    "a compressed matrix; call makeCompressed() first");
    return static_cast<std::size_t>(m.rows()) + 1;
  }

  Size rows_ = 0;
  Size cols_ = 0;
  const std::int32_t* narrow_ = nullptr;  // one of these two, as the borrowed offsets have 32 or 64 bits
  const std::int64_t* wide_ = nullptr;
  std::span<const Index> items_;
  std::span<const Scalar> values_;
  std::shared_ptr<const void> owner_;  // of the arrays, where the library made them
  std::shared_ptr<const Implicit> implicit_;
};

/// Wider implicit feedback, and what of it is not among the ratings, in compressed rows.
template <std::floating_point Scalar>
struct SparseMatrixView<Scalar>::Implicit {
  SparseMatrixView given;
  std::vector<Size> offsets{0};
  std::vector<Index> items;

  Implicit(const SparseMatrixView& ratings, const SparseMatrixView& given_) : given(given_) {
    detail::require(given.rows() <= ratings.rows(), "with_implicit", "given.rows()", given.rows(),
                    "at most the number of users");
    detail::require(given.cols() <= ratings.cols(), "with_implicit", "given.cols()", given.cols(),
                    "at most the number of items");
    ratings.validate();
    given.validate_numbers();  // an item may be there as often as it was turned to
    given.implicit_.reset();
    std::vector<Size> met_by(static_cast<std::size_t>(ratings.cols()), -1);  // the last user whose row had the item
    for (Size user = 0; user < given.rows(); ++user) {
      for (const Index item : ratings.row(user).items) met_by[static_cast<std::size_t>(item)] = user;
      for (const Index item : given.row(user).items) {
        if (std::exchange(met_by[static_cast<std::size_t>(item)], user) != user) items.push_back(item);
      }
      offsets.push_back(static_cast<Size>(items.size()));
    }
  }

  [[nodiscard]] std::span<const Index> unrated(Size user) const noexcept {
    const auto u = static_cast<std::size_t>(user);
    if (u + 1 >= offsets.size()) return {};
    return std::span(items).subspan(static_cast<std::size_t>(offsets[u]),
                                    static_cast<std::size_t>(offsets[u + 1] - offsets[u]));
  }
};

}  // namespace v0_1
}  // namespace asysvd
