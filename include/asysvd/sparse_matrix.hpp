// SPDX-License-Identifier: MIT
/// \file
/// Ratings as a sparse matrix in compressed rows, users × items, that keeps them.
#pragma once

#include <algorithm>
#include <concepts>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/detail/sort_rows.hpp>
#include <asysvd/rating.hpp>
#include <asysvd/shared_array.hpp>
#include <asysvd/sparse_matrix_view.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A dense matrix with the interface of Eigen's: `rows()`, `cols()` and `matrix(row, column)`.
template <class Matrix>
concept DenseMatrix = requires(const Matrix& m, Size place) {
  { m.rows() } -> std::convertible_to<Size>;
  { m.cols() } -> std::convertible_to<Size>;
  { m(place, place) } -> std::convertible_to<double>;
};

/// Ratings in compressed rows (CSR), users × items, that keeps its arrays: 8 bytes a rating in `float`.
///
/// Its ratings do not change once it is made, and copies share them: copying is O(1), and a model that was fitted to
/// a matrix can go on using it when the matrix itself is gone. Safe for concurrent use.
template <std::floating_point ScalarType>
class SparseMatrix : public SparseMatrixView<ScalarType> {
 public:
  using Scalar = ScalarType;  ///< of the ratings

  SparseMatrix() = default;

  /// Takes over arrays in compressed rows: vectors, or what something else keeps alive. Throws as the view's
  /// constructor does; also if an item or a rating is outside its range.
  SparseMatrix(Size cols, SharedArray<Size> offsets, SharedArray<Index> items, SharedArray<Scalar> values)
      : SparseMatrix(cols, std::make_shared<const Storage>(std::move(offsets), std::move(items), std::move(values))) {
    this->validate();
  }

  /// Sorts ratings into rows. `triplets` is any range of `Rating`, `Eigen::Triplet` or anything with the same members:
  /// a vector, a span, a view, a `std::ranges::subrange` of two iterators. It is read twice where it is; one that can be
  /// read once only is copied first. If an item is rated twice by one user, the last rating counts.
  ///
  /// Throws `std::invalid_argument` if a user is outside [0, n_users), an item outside [0, n_items), or a value is
  /// not finite. O(n) if the items of each user ascend, O(n log(longest row)) otherwise. Memory beyond the result: 8
  /// bytes a user, and up to 16 for each rating of the longest row.
  template <std::ranges::input_range Range>
  requires RatingLike<std::ranges::range_value_t<Range>> || TripletLike<std::ranges::range_value_t<Range>>
  [[nodiscard]] static SparseMatrix from_triplets(Size n_users, Size n_items, Range&& triplets) {
    return from_triplets(n_users, n_items, triplets, detail::UserOf{}, detail::ItemOf{}, detail::ValueOf{});
  }

  /// The same of a range of anything: `user`, `item` and `value` take the parts of a rating out of what the range holds,
  /// being pointers to members or functions.
  ///
  /// ```cpp
  /// auto ratings = SparseMatrix<float>::from_triplets(readers, books, reviews,
  ///                                                   &Review::reader, &Review::book, &Review::stars);
  /// ```
  template <std::ranges::input_range Range, ProjectionOf<Range, Size> User, ProjectionOf<Range, Size> Item,
            ProjectionOf<Range, double> Value>
  [[nodiscard]] static SparseMatrix from_triplets(Size n_users, Size n_items, Range&& range, User user, Item item,
                                                  Value value) {
    constexpr auto most = std::numeric_limits<Index>::max();
    detail::require(n_users >= 0 && n_users <= most, "from_triplets", "n_users", n_users, "0 to 2147483647");
    detail::require(n_items >= 0 && n_items <= most, "from_triplets", "n_items", n_items, "0 to 2147483647");
    const auto checked = [&](auto&& from) -> Rating<Scalar> {
      const auto u = static_cast<Size>(std::invoke(user, from));
      const auto i = static_cast<Size>(std::invoke(item, from));
      const auto v = static_cast<Scalar>(std::invoke(value, from));
      detail::require(u >= 0 && u < n_users, "from_triplets", "a user index", u, "at least 0 and less than n_users");
      detail::require(i >= 0 && i < n_items, "from_triplets", "an item index", i, "at least 0 and less than n_items");
      detail::require(detail::is_finite(v), "from_triplets", "a value", v, "a finite number");
      return {static_cast<Index>(u), static_cast<Index>(i), v};
    };
    if constexpr (!std::ranges::forward_range<Range>) {
      std::vector<Rating<Scalar>> kept;
      for (auto&& from : range) kept.push_back(checked(from));
      return from_triplets(n_users, n_items, kept);
    } else {
      std::vector<Size> offsets(static_cast<std::size_t>(n_users) + 1, 0);
      for (auto&& from : range) ++offsets[static_cast<std::size_t>(checked(from).user) + 1];
      std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
      std::vector<Index> items(static_cast<std::size_t>(offsets.back()));
      std::vector<Scalar> values(items.size());
      auto next = offsets;  // the place of each user's next rating
      for (auto&& from : range) {
        const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(std::invoke(user, from))]++);
        items[place] = static_cast<Index>(std::invoke(item, from));
        values[place] = static_cast<Scalar>(std::invoke(value, from));
      }
      detail::sort_rows(offsets, items, values);
      return owning(n_items, std::move(offsets), std::move(items), std::move(values));
    }
  }

  /// Of a dense matrix, users × items, such as an `Eigen::MatrixXf` or a map or block of one: NaN is where there is no
  /// rating, since 0 may be one. Where 0 means that, `matrix.sparseView()` says so to Eigen; the result, as an
  /// `Eigen::SparseMatrix<Scalar, Eigen::RowMajor>`, is borrowed. Throws `std::invalid_argument` if a number is
  /// infinite or the matrix too large. O(users · items).
  template <DenseMatrix Matrix>
  [[nodiscard]] static SparseMatrix from_dense(const Matrix& matrix) {
    constexpr auto most = std::numeric_limits<Index>::max();
    const Size n_users = matrix.rows(), n_items = matrix.cols();
    detail::require(n_users <= most, "from_dense", "matrix.rows()", n_users, "0 to 2147483647");
    detail::require(n_items <= most, "from_dense", "matrix.cols()", n_items, "0 to 2147483647");
    std::vector<Size> offsets{0};
    std::vector<Index> items;
    std::vector<Scalar> values;
    for (Size user = 0; user < n_users; ++user) {
      for (Size item = 0; item < n_items; ++item) {
        const auto value = static_cast<Scalar>(matrix(user, item));
        if (detail::is_nan(value)) continue;
        detail::require(detail::is_finite(value), "from_dense", "a value", value, "a finite number, or NaN for none");
        items.push_back(static_cast<Index>(item));
        values.push_back(value);
      }
      offsets.push_back(static_cast<Size>(items.size()));
    }
    return owning(n_items, std::move(offsets), std::move(items), std::move(values));
  }

  /// As that of the view, which it shares everything with.
  [[nodiscard]] SparseMatrix with_implicit(const SparseMatrixView<Scalar>& given) const {
    SparseMatrix other = *this;
    static_cast<SparseMatrixView<Scalar>&>(other) = SparseMatrixView<Scalar>::with_implicit(given);
    return other;
  }

 private:
  struct Storage {
    Storage(SharedArray<Size> o, SharedArray<Index> i, SharedArray<Scalar> v)
        : offsets(std::move(o)), items(std::move(i)), values(std::move(v)) {}
    SharedArray<Size> offsets;
    SharedArray<Index> items;
    SharedArray<Scalar> values;
  };

  SparseMatrix(Size cols, std::shared_ptr<const Storage> storage)
      : SparseMatrixView<Scalar>(cols, std::span(storage->offsets), std::span(storage->items),
                                 std::span(storage->values), storage) {}

  static SparseMatrix owning(Size cols, SharedArray<Size> offsets, SharedArray<Index> items,
                             SharedArray<Scalar> values) {
    return {cols, std::make_shared<const Storage>(std::move(offsets), std::move(items), std::move(values))};
  }
};

}  // namespace v0_1
}  // namespace asysvd
