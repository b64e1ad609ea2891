// SPDX-License-Identifier: MIT
/// \file
/// The scores of blocks of users through matrix products, and how far they may be from the exact ones.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <vector>

#include <asysvd/factor_matrix.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// p·q_i, to which b_i is still to be added, for many users p at once: the score of item i but for a constant of the
/// user, the offset. A matrix product adds up in another order than the exact score does, so the two differ by
/// rounding.
template <std::floating_point Scalar>
class RoughScores {
 public:
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  /// The factors are borrowed.
  RoughScores(const FactorMatrix<Scalar>& items, const std::vector<Scalar>& item_bias) : items_(items) {
    for (Size item = 0; item < items.rows(); ++item) {
      longest_ = std::max(longest_, static_cast<double>(items.row(item).norm()));
      greatest_bias_ = std::max(greatest_bias_, std::abs(static_cast<double>(item_bias[item])));
    }
  }

  /// Users in one product: 8 to 64, so that their scores stay in a nearby cache where they can.
  [[nodiscard]] Size block() const noexcept {
    return std::clamp<Size>(Size{1 << 22} / (std::max<Size>(items_.rows(), 1) * Size{sizeof(Scalar)}), 8, 64);
  }

  /// Writes p·q of a row of `users` each to the first columns of the first rows of `scores`.
  template <class Users>
  void products(const Users& users, Matrix& scores) const {
    scores.topLeftCorner(users.rows(), items_.rows()).noalias() = users * items_.matrix().transpose();
  }

  /// How far offset + p·q_i + b_i may be from the exact score, whatever the order in which p·q_i is added up: twice
  /// what rounding comes to, ε · ((k + 1) ‖p‖ ‖q_i‖ + 1.5 (|offset| + |b_i|)), so that a few more operations with
  /// either are covered.
  template <class User>
  [[nodiscard]] Scalar error(const User& user, Scalar offset) const {
    const double terms = static_cast<double>(items_.factors()) + 4;
    const double size = terms * static_cast<double>(user.norm()) * longest_ +
                        3 * (std::abs(static_cast<double>(offset)) + greatest_bias_);
    return static_cast<Scalar>(2 * size * static_cast<double>(std::numeric_limits<Scalar>::epsilon()));
  }

 private:
  const FactorMatrix<Scalar>& items_;
  double longest_ = 0;
  double greatest_bias_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
