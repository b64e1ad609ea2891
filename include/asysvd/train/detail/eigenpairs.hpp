// SPDX-License-Identifier: MIT
/// \file
/// The greatest eigenpairs of G D² G u = θ A u by a generalized Davidson method, blocked, with thick restarts:
/// Rayleigh-Ritz over a basis S that grows by preconditioned residuals (Morgan and Scott, "Generalizations of
/// Davidson's method", SIAM J. Sci. Stat. Comput. 1986; Stathopoulos and Saad, "Restarting techniques for the
/// (Jacobi-)Davidson symmetric eigenvalue methods", ETNA 1998). With the exact A⁻¹ as the preconditioner the basis is a
/// Krylov space.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include <asysvd/random.hpp>
#include <asysvd/train/detail/interactions.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// U with UᵀAU = I, G·U, and θ, greatest first.
struct Eigenpairs {
  ItemRows u;
  ItemRows gram_u;
  Eigen::VectorXd values;
  double residual = 0;  ///< the greatest of a pair's, relative to its value
};

template <class Scalar, class Solver>
class EigenpairSearch {
 public:
  EigenpairSearch(const Interactions<Scalar>& interactions, const Eigen::VectorXd& ridge,
                  const Eigen::VectorXd& output_weight, const Solver& solver, Size wanted)
      : r_(interactions),
        ridge_(ridge),
        squared_weight_(output_weight.cwiseAbs2()),
        solver_(solver),
        items_(interactions.items()),
        wanted_(std::min(wanted, items_)),
        block_(std::min<Size>(32, std::max<Size>(8, wanted_))),
        room_(std::min(items_, 2 * wanted_ + 4 * block_)) {}

  /// Fewer pairs than wanted if there are fewer with θ > 0.
  [[nodiscard]] Eigenpairs run(double tolerance, int most_iterations) {
    s_.resize(items_, room_);
    gs_.resize(items_, room_);
    projected_.resize(room_, room_);
    Random random(0);
    extend(solver_(r_.gram_times(random_block(random))));
    Eigenpairs pairs;
    for (int iteration = 0;; ++iteration) {
      pairs = ritz(std::min(wanted_, size_));
      const ItemRows more = residuals(pairs, tolerance);
      if (more.cols() == 0 && size_ >= wanted_) break;
      if (iteration == most_iterations || size_ == items_) break;
      if (size_ + block_ > room_ && room_ < items_) restart(std::min(size_, wanted_ + block_));
      if (more.cols() > 0 && extend(more)) continue;
      if (!extend(random_block(random))) break;
    }
    const double negligible = 1e-12 * pairs.values.cwiseAbs().maxCoeff();
    const auto kept = (pairs.values.array() > negligible).count();
    pairs.u.conservativeResize(Eigen::NoChange, kept);
    pairs.gram_u.conservativeResize(Eigen::NoChange, kept);
    pairs.values.conservativeResize(kept);
    return pairs;
  }

 private:
  [[nodiscard]] ItemRows random_block(Random& random) const {
    return ItemRows::NullaryExpr(items_, std::min(block_, items_), [&] { return random.normal(); });
  }

  /// A x from x and G x
  [[nodiscard]] ItemRows a_times(const ItemRows& x, const ItemRows& gram_x) const {
    return gram_x + ridge_.asDiagonal() * x;
  }

  /// Appends what is new in `x` to the basis, A-orthonormal; false if nothing is.
  bool extend(ItemRows x) {
    ItemRows gram_x = r_.gram_times(x);
    if (!normalize(x, gram_x)) return false;
    for (int pass = 0; pass < 2 && size_ > 0; ++pass) {
      const Eigen::MatrixXd c = transpose_times(s_.leftCols(size_), a_times(x, gram_x));
      x -= times(s_.leftCols(size_), c);
      gram_x -= times(gs_.leftCols(size_), c);
      if (!normalize(x, gram_x, 1e-20)) return false;
    }
    const Size added = std::min(static_cast<Size>(x.cols()), room_ - size_);
    s_.middleCols(size_, added) = x.leftCols(added);
    gs_.middleCols(size_, added) = gram_x.leftCols(added);
    const ItemRows weighed = squared_weight_.asDiagonal() * gs_.middleCols(size_, added);
    size_ += added;
    projected_.block(0, size_ - added, size_, added) = transpose_times(gs_.leftCols(size_), weighed);
    return added > 0;
  }

  /// Makes the columns A-orthonormal among themselves, and drops those that depend on the others or whose xᵀAx is at
  /// most `nothing`; false if none is left.
  [[nodiscard]] bool normalize(ItemRows& x, ItemRows& gram_x, double nothing = 0) const {
    Eigen::MatrixXd product = transpose_times(x, a_times(x, gram_x));
    const Eigen::VectorXd scale =
        product.diagonal().unaryExpr([&](double square) { return square > nothing ? 1 / std::sqrt(square) : 0.0; });
    product = scale.asDiagonal() * product * scale.asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> pairs(product);
    Size kept = 0;
    for (Size j = 0; j < product.cols(); ++j) kept += pairs.eigenvalues()[j] > 1e-10 ? 1 : 0;
    const Eigen::MatrixXd by = scale.asDiagonal() * pairs.eigenvectors().rightCols(kept) *
                               pairs.eigenvalues().tail(kept).cwiseSqrt().cwiseInverse().asDiagonal();
    x = times(x, by);
    gram_x = times(gram_x, by);
    return kept > 0;
  }

  /// The best `count` pairs that the basis holds.
  [[nodiscard]] Eigenpairs ritz(Size count) const {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> pairs(projected_.topLeftCorner(size_, size_).transpose());
    const Eigen::MatrixXd z = pairs.eigenvectors().rightCols(count).rowwise().reverse();
    return {times(s_.leftCols(size_), z), times(gs_.leftCols(size_), z), pairs.eigenvalues().tail(count).reverse(), 0};
  }

  /// Directions to search in, for the first pairs that are not yet near enough; none if all are.
  [[nodiscard]] ItemRows residuals(Eigenpairs& pairs, double tolerance) const {
    ItemRows found(items_, 0);
    for (Size begin = 0; begin < pairs.values.size() && found.cols() < block_; begin += block_) {
      const Size count = std::min(block_, pairs.values.size() - begin);
      const ItemRows weighed = squared_weight_.asDiagonal() * pairs.gram_u.middleCols(begin, count);
      const ItemRows u = pairs.u.middleCols(begin, count);
      const ItemRows gram_u = pairs.gram_u.middleCols(begin, count);
      const auto values = pairs.values.segment(begin, count);
      const ItemRows residual = r_.gram_times(weighed) - a_times(u, gram_u) * values.asDiagonal();
      const ItemRows direction = solver_(residual);
      for (Size j = 0; j < count && found.cols() < block_; ++j) {
        const double error = std::sqrt(std::max(0.0, residual.col(j).dot(direction.col(j))));
        const double relative = error / std::max(values[j], 1e-12 * pairs.values[0]);
        pairs.residual = std::max(pairs.residual, relative);
        if (!(relative > tolerance)) continue;
        found.conservativeResize(Eigen::NoChange, found.cols() + 1);
        found.col(found.cols() - 1) = direction.col(j);
      }
    }
    return found;
  }

  void restart(Size kept) {
    const Eigenpairs pairs = ritz(kept);
    s_.leftCols(kept) = pairs.u;
    gs_.leftCols(kept) = pairs.gram_u;
    projected_.topLeftCorner(kept, kept) = pairs.values.asDiagonal();
    size_ = kept;
  }

  const Interactions<Scalar>& r_;
  const Eigen::VectorXd& ridge_;
  const Eigen::VectorXd squared_weight_;
  const Solver& solver_;
  Size items_;
  Size wanted_;
  Size block_;  // how many directions are added at a time
  Size room_;   // columns of the basis before it is cut back
  Size size_ = 0;
  ItemRows s_;                 // A-orthonormal
  ItemRows gs_;                // G·s
  Eigen::MatrixXd projected_;  // (GS)ᵀ D² GS, its upper triangle
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
