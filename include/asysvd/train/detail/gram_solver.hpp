// SPDX-License-Identifier: MIT
/// \file
/// Nearly A⁻¹ x for A = G + Λ: what turns a residual into a direction to search. How near decides how many iterations
/// there are, and never the result.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <optional>

#include <asysvd/train/detail/interactions.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// A Cholesky factor in `float`, in the place of A itself: of A, or, where there are fewer users than items, of
/// M = I + R Λ⁻¹ Rᵀ, since A⁻¹ = Λ⁻¹ − Λ⁻¹ Rᵀ M⁻¹ R Λ⁻¹ (Woodbury). With n the lesser of both, 4 · n² bytes and n³ / 3
/// multiplications. Where it is more than `dense_size`, the diagonal of A.
template <class Scalar>
class GramSolver {
 public:
  /// `interactions` are borrowed.
  GramSolver(const Interactions<Scalar>& interactions, const Eigen::VectorXd& ridge, Size dense_size)
      : r_(interactions),
        inverse_ridge_(ridge.cwiseInverse()),
        scale_((interactions.squares() + ridge).cwiseSqrt().cwiseInverse()) {
    if (std::min(r_.users(), r_.items()) > dense_size) return;
    // What `float` can't tell from singular is made regular by a little more in the diagonal.
    for (const float more : {1e-5f, 1e-4f, 1e-3f}) {
      if (by_users()) {
        set_users();
      } else {
        set_items();
      }
      factor_.diagonal() *= 1 + more;
      llt_.emplace(factor_);
      if (llt_->info() == Eigen::Success) return;
    }
    llt_.reset();
    factor_.resize(0, 0);
  }
  GramSolver(const GramSolver&) = delete;
  GramSolver& operator=(const GramSolver&) = delete;

  [[nodiscard]] ItemRows operator()(const ItemRows& x) const {
    if (llt_ && by_users()) {
      const ItemRows scaled = inverse_ridge_.asDiagonal() * x;
      return scaled - inverse_ridge_.asDiagonal() * r_.transpose_times(solve(r_.times(scaled)));
    }
    const ItemRows scaled = scale_.asDiagonal() * x;
    return scale_.asDiagonal() * (llt_ ? solve(scaled) : scaled);
  }

 private:
  [[nodiscard]] bool by_users() const { return r_.users() < r_.items(); }

  /// M. O(nonzeros · users).
  void set_users() {
    factor_.resize(r_.users(), r_.users());
    constexpr Size users_at_a_time = 256;
    for (Size first = 0; first < r_.users(); first += users_at_a_time) {
      const Size count = std::min(users_at_a_time, r_.users() - first);
      ItemRows some = ItemRows::Zero(r_.users(), count);
      some.middleRows(first, count).setIdentity();
      some += r_.times(inverse_ridge_.asDiagonal() * r_.transpose_times(some));
      factor_.middleCols(first, count) = some.template cast<float>();
    }
  }

  /// A with ones in the diagonal. O(Σ_u n_u² + items²).
  void set_items() {
    factor_.setZero(r_.items(), r_.items());
    r_.add_gram(factor_);
    const Eigen::VectorXf scale = scale_.cast<float>();
    for (Size j = 0; j < factor_.cols(); ++j) {
      factor_.col(j).tail(factor_.rows() - j).array() *= scale[j] * scale.tail(factor_.rows() - j).array();
      factor_(j, j) = 1;
    }
  }

  /// By the factor. A column that is small beyond `float` is as good a direction as a large one.
  [[nodiscard]] ItemRows solve(const ItemRows& x) const {
    const Eigen::RowVectorXd norms = x.colwise().norm().cwiseMax(1e-300);
    Eigen::MatrixXf narrow = (x.array().rowwise() / norms.array()).cast<float>().matrix();
    llt_->solveInPlace(narrow);
    return narrow.cast<double>().array().rowwise() * norms.array();
  }

  const Interactions<Scalar>& r_;
  Eigen::VectorXd inverse_ridge_;
  Eigen::VectorXd scale_;  // diag(A)^-½
  Eigen::MatrixXf factor_;
  std::optional<Eigen::LLT<Eigen::Ref<Eigen::MatrixXf>>> llt_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
