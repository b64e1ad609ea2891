// SPDX-License-Identifier: MIT
/// \file
/// Leave-one-out for the full matrix: B of rank k, its diagonal left out of the loss (Steck, "Autoencoders that don't
/// overfit towards the identity", NeurIPS 2020, with full emphasis).
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/train/detail/interactions.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Lowers f(X, Q) = ‖(R − R·B°) D‖² + ‖Λ^½ B° D‖², B° being X Qᵀ with zeros in the diagonal.
///
/// For a given X the best q_i is a ridge regression of column i on the others: with X_i = X but for a row i of zeros,
///
///     (X_iᵀ A X_i) q_i = X_iᵀ G e_i,
///
/// where X_iᵀ A X_i = XᵀAX − w cᵀ − c wᵀ − A_ii w wᵀ, w being row i of X and c the right-hand side. With XᵀAX inverted
/// once, two unknowns are left for each item. So Q is eliminated, and what is left, f(X), descends by
/// L-BFGS (Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comp. 1980). Its first guess of the
/// inverse Hessian is A⁻¹ ⊗ (QᵀD²Q)⁻¹, which is exact but for the diagonal. An iteration takes two products with G, and
/// O(items · k² + k³) for each length of the step that is tried, mostly one.
template <class Scalar, class Solver>
class OffDiagonalDescent {
 public:
  /// The arguments are borrowed.
  OffDiagonalDescent(const Interactions<Scalar>& interactions, const Eigen::VectorXd& ridge,
                     const Eigen::VectorXd& output_weight, const Solver& solver)
      : r_(interactions), ridge_(ridge), squared_weight_(output_weight.cwiseAbs2()), solver_(solver) {}

  /// A point: X, A·X, the best Q for it, what it leaves of each item's loss before D, and f up to a constant.
  struct State {
    ItemRows x;
    ItemRows a_x;
    ItemRows q;
    Eigen::VectorXd losses;
    double loss = 0;
  };

  [[nodiscard]] State at(ItemRows x, ItemRows a_x) const {
    State state{std::move(x), std::move(a_x), {}, r_.squares(), 0};
    state.q.resizeLike(state.x);
    Eigen::MatrixXd whole = transpose_times(state.x, state.a_x);
    whole = (whole + whole.transpose()).eval() / 2;
    whole.diagonal().array() += 1e-10 * whole.trace();
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(whole.rows(), whole.cols());
    whole.llt().solveInPlace(inverse);
    Eigen::VectorXd gains(state.x.rows());
    constexpr Size items_at_a_time = 256;
    run_ranges(state.x.rows(), items_at_a_time, r_.threads(), [&](Size first, Size end) {
      const Size count = end - first;
      const auto w = state.x.middleRows(first, count);
      const Eigen::VectorXd diagonal = (r_.squares() + ridge_).segment(first, count);
      const ItemRows c = state.a_x.middleRows(first, count) - diagonal.asDiagonal() * w;
      const ItemRows solved_w = times(w, inverse);
      const ItemRows solved_c = times(c, inverse);
      for (Size i = 0; i < count; ++i) {
        // (XᵀAX) q = u c + v w with u = 1 + wᵀq and v = cᵀq + A_ii wᵀq, which are two equations for u and v. Their
        // determinant is that of X_iᵀ A X_i divided by that of XᵀAX.
        const double ww = w.row(i).dot(solved_w.row(i));
        const double wc = w.row(i).dot(solved_c.row(i));
        const double cc = c.row(i).dot(solved_c.row(i));
        const double plus = (1 - wc) * (1 - wc);
        const double minus = ww * (cc + diagonal[i]);
        if (plus - minus > 1e-6 * (plus + minus)) {
          state.q.row(first + i) =
              ((1 - wc - diagonal[i] * ww) * solved_c.row(i) + (cc + diagonal[i] * wc) * solved_w.row(i)) /
              (plus - minus);
        } else {
          state.q.row(first + i) = without(whole, w.row(i), c.row(i), diagonal[i]);
        }
        gains[first + i] = c.row(i).dot(state.q.row(first + i));
      }
    });
    state.losses -= gains;
    state.loss = -squared_weight_.dot(gains);
    return state;
  }

  /// Half the gradient of f(X).
  [[nodiscard]] ItemRows gradient(const State& s) const {
    const Eigen::VectorXd beta = s.x.cwiseProduct(s.q).rowwise().sum();
    const Eigen::VectorXd gamma = s.a_x.cwiseProduct(s.q).rowwise().sum().array() -
                                  (r_.squares() + ridge_).array() * beta.array() - r_.squares().array();
    const ItemRows weighed = squared_weight_.asDiagonal() * s.q;
    const Eigen::VectorXd own = ridge_.cwiseProduct(beta) + gamma;
    return times(s.a_x, transpose_times(s.q, weighed)) -
           r_.gram_times(ItemRows((beta.array() + 1).matrix().asDiagonal() * weighed)) - own.asDiagonal() * weighed;
  }

  /// Starts from `x` and G·x, and ends after `iterations`, or when one gains less than `tolerance` of all that was
  /// gained.
  [[nodiscard]] State run(ItemRows x, const ItemRows& gram_x, int iterations, double tolerance) const {
    ItemRows a_x = gram_x + ridge_.asDiagonal() * x;
    State state = at(std::move(x), std::move(a_x));
    const double first = state.loss;
    ItemRows slope = gradient(state);
    std::deque<Memory> memories;
    for (int iteration = 0; iteration < iterations; ++iteration) {
      const ItemRows direction = descent(state, slope, memories);
      auto next = line_search(state, slope, direction);
      if (!next) break;
      ItemRows next_slope = gradient(*next);
      Memory memory{next->x - state.x, next_slope - slope, 0};
      memory.curvature = inner(memory.step, memory.change);
      if (memory.curvature > 0) memories.push_back(std::move(memory));
      if (memories.size() > 5) memories.pop_front();
      const double gain = state.loss - next->loss;
      state = std::move(*next);
      slope = std::move(next_slope);
      if (gain <= tolerance * (first - state.loss)) break;
    }
    return state;
  }

 private:
  /// The same from X_iᵀ A X_i itself, where item i is nearly all that a factor holds: the formula would lose digits.
  [[nodiscard]] static Eigen::VectorXd without(Eigen::MatrixXd matrix, const Eigen::VectorXd& w,
                                               const Eigen::VectorXd& c, double diagonal) {
    matrix.selfadjointView<Eigen::Lower>().rankUpdate(w, Eigen::VectorXd(c + diagonal / 2 * w), -1);
    return matrix.selfadjointView<Eigen::Lower>().llt().solve(c);
  }

  /// One step, and how it changed the slope.
  struct Memory {
    ItemRows step;
    ItemRows change;
    double curvature;
  };

  [[nodiscard]] static double inner(const ItemRows& a, const ItemRows& b) { return a.cwiseProduct(b).sum(); }

  [[nodiscard]] ItemRows descent(const State& state, const ItemRows& slope, const std::deque<Memory>& memories) const {
    ItemRows direction = -slope;
    std::vector<double> shares(memories.size());
    for (std::size_t m = memories.size(); m-- > 0;) {
      shares[m] = inner(memories[m].step, direction) / memories[m].curvature;
      direction -= shares[m] * memories[m].change;
    }
    Eigen::MatrixXd outer = transpose_times(state.q, squared_weight_.asDiagonal() * state.q);
    outer.diagonal().array() += 1e-10 * outer.trace();
    Eigen::MatrixXd solved = solver_(direction).transpose();
    outer.llt().solveInPlace(solved);
    direction = solved.transpose();
    for (std::size_t m = 0; m < memories.size(); ++m) {
      const double share = inner(memories[m].change, direction) / memories[m].curvature;
      direction += (shares[m] - share) * memories[m].step;
    }
    return direction;
  }

  /// The longest of the steps 1, ½, ¼, … that lowers f enough (Armijo); nothing if there is none. A·X is linear in the
  /// step, so that trying takes no product with G.
  [[nodiscard]] std::optional<State> line_search(const State& state, const ItemRows& slope,
                                                 const ItemRows& direction) const {
    const double descends = 2 * inner(slope, direction);
    if (!(descends < 0)) return std::nullopt;
    const ItemRows a_direction = r_.gram_times(direction) + ridge_.asDiagonal() * direction;
    double length = 1;
    for (int trial = 0; trial < 12; ++trial, length /= 2) {
      State next = at(state.x + length * direction, state.a_x + length * a_direction);
      if (next.loss <= state.loss + 1e-4 * length * descends) return next;
    }
    return std::nullopt;
  }

  const Interactions<Scalar>& r_;
  const Eigen::VectorXd& ridge_;
  const Eigen::VectorXd squared_weight_;
  const Solver& solver_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
