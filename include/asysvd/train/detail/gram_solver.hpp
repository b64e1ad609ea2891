// SPDX-License-Identifier: MIT
/// \file
/// Nearly A⁻¹ x for A = G + Λ: what turns a residual into a direction to search. How near decides how many iterations
/// there are, and never the result.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <optional>
#include <utility>

#include <asysvd/train/detail/interactions.hpp>

namespace asysvd::detail {

/// A Cholesky factor in `float`, in the place of A itself: 4 · items² bytes and items³ / 3 multiplications. Where there
/// are more than `dense_items` items, the diagonal of A.
class GramSolver {
 public:
  template <class Scalar>
  GramSolver(const Interactions<Scalar>& interactions, const Eigen::VectorXd& ridge, Size dense_items)
      : scale_((interactions.squares() + ridge).cwiseSqrt().cwiseInverse()) {
    if (interactions.items() > dense_items) return;
    // With ones in the diagonal, what `float` can't tell from singular is made regular by a little more of them.
    for (const float more : {1e-5f, 1e-4f, 1e-3f}) {
      factor_.setZero(interactions.items(), interactions.items());
      interactions.add_gram(factor_);
      const Eigen::VectorXf scale = scale_.cast<float>();
      for (Size j = 0; j < factor_.cols(); ++j) {
        factor_.col(j).tail(factor_.rows() - j).array() *= scale[j] * scale.tail(factor_.rows() - j).array();
        factor_(j, j) = 1 + more;
      }
      llt_.emplace(factor_);
      if (llt_->info() == Eigen::Success) return;
    }
    llt_.reset();
    factor_.resize(0, 0);
  }
  GramSolver(const GramSolver&) = delete;
  GramSolver& operator=(const GramSolver&) = delete;

  [[nodiscard]] ItemRows operator()(const ItemRows& x) const {
    ItemRows solved = scale_.asDiagonal() * x;
    if (!llt_) return scale_.asDiagonal() * solved;
    // A column that is small beyond `float` is as good a direction as a large one.
    const Eigen::RowVectorXd norms = solved.colwise().norm().cwiseMax(1e-300);
    Eigen::MatrixXf narrow = (solved.array().rowwise() / norms.array()).cast<float>().matrix();
    llt_->solveInPlace(narrow);
    solved = narrow.cast<double>();
    return (scale_.asDiagonal() * solved).array().rowwise() * norms.array();
  }

 private:
  Eigen::VectorXd scale_;
  Eigen::MatrixXf factor_;
  std::optional<Eigen::LLT<Eigen::Ref<Eigen::MatrixXf>>> llt_;
};

}  // namespace asysvd::detail
