// SPDX-License-Identifier: MIT
/// \file
/// What descent works on: several models side by side, and their averages over the epochs, which make one model.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/rating_summary.hpp>

namespace asysvd {
inline namespace v0_1 {

/// M models, each learned by itself from another start and in another order, that are averaged into one.
///
/// What an Asymmetric SVD predicts is linear in q once p is known, and its p_u are linear in x and y. So the mean of M
/// predictions is the prediction of one model whose factors are those of all members in a row, q divided by M:
///
///     (1/M) Σ_m (μ + b_u⁽ᵐ⁾ + b_i⁽ᵐ⁾ + p_u⁽ᵐ⁾·q_i⁽ᵐ⁾) = μ + b_u + b_i + [p⁽¹⁾ … p⁽ᴹ⁾]·[q⁽¹⁾ … q⁽ᴹ⁾]/M
///
/// Averaging takes away the part of the error that comes from the start and the order, at no cost to whoever is served:
/// the members share out the k factors that a single model would have.
template <std::floating_point Scalar>
struct Ensemble {
  std::vector<Parameters<Scalar>> members;   ///< where descent is
  std::vector<Parameters<Scalar>> averages;  ///< of each member, over its epochs; empty without averaging
  int epoch = 0;                             ///< how many epochs lie behind
  double unit = 1;                           ///< of the ratings that it learns from

  /// The state before the first epoch of learning from `ratings`, which `summary` is of, divided by `unit`.
  [[nodiscard]] static Ensemble start(const SparseMatrixView<Scalar>& ratings, const RatingSummary<Scalar>& summary,
                                      const Options& options, const FeedbackParts& feedback, double unit = 1) {
    Ensemble ensemble;
    ensemble.unit = unit;
    ensemble.members = initial_members(ratings, summary, options, feedback, static_cast<Scalar>(unit));
    if (options.averaging < 1) ensemble.averages = ensemble.members;
    return ensemble;
  }

  /// The members of a model that was made of them, as far as it tells: of averages, only these.
  [[nodiscard]] static Ensemble parted(Parameters<Scalar> whole, const Options& options) {
    Ensemble ensemble;
    ensemble.epoch = whole.epoch;
    const int count = options.member_count();
    Size first = 0;
    for (int m = 0; m < count; ++m) {
      const Size factors = options.member_factors(m);
      const auto columns = [&](const FactorMatrix<Scalar>& matrix, Scalar scale) {
        FactorMatrix<Scalar> some(matrix.rows(), matrix.rows() > 0 ? factors : 0);
        for (Size i = 0; i < some.rows(); ++i) some.row(i) = scale * matrix.row(i).segment(first, factors);
        return some;
      };
      Parameters<Scalar> member = whole;
      member.q = columns(whole.q, static_cast<Scalar>(count));
      member.x = columns(whole.x, 1);
      member.y = columns(whole.y, 1);
      ensemble.members.push_back(std::move(member));
      first += factors;
    }
    if (options.averaging < 1) ensemble.averages = ensemble.members;
    return ensemble;
  }

  /// Takes over what `before` has learned, which may be of fewer users and items; what it does not know stays as it is.
  void go_on_from(const Ensemble& before) {
    epoch = before.epoch;
    for (std::size_t m = 0; m < members.size(); ++m) {
      take_over(members[m], before.members[m]);
      if (!averages.empty()) take_over(averages[m], before.averages[m]);
    }
  }

  /// Takes over all that `saved`, of the same shape, has learned, zeros as well.
  void restore(const Ensemble& saved) {
    epoch = saved.epoch;
    const auto copy = [](std::vector<Parameters<Scalar>>& to, const std::vector<Parameters<Scalar>>& from) {
      for (std::size_t m = 0; m < to.size(); ++m) {
        to[m].q = from[m].q;
        to[m].x = from[m].x;
        to[m].y = from[m].y;
        to[m].item_bias = from[m].item_bias;
        to[m].user_bias = from[m].user_bias;
        to[m].epoch = from[m].epoch;
      }
    };
    copy(members, saved.members);
    copy(averages, saved.averages);
  }

  /// Counts an epoch that all members have run. The average a of the iterates θ forgets exponentially,
  /// a ← (1 − w) a + w θ, w being `weight`, and larger in the first epochs, so that the start has no part in it.
  void end_epoch(double weight) {
    ++epoch;
    for (auto& member : members) member.epoch = epoch;
    if (averages.empty()) return;
    const auto share = static_cast<Scalar>(weight / (1 - std::pow(1 - weight, epoch)));
    for (std::size_t m = 0; m < members.size(); ++m) average(averages[m], members[m], share);
  }

  /// Throws `std::invalid_argument` unless it has the shape that these options and the items and users of `whole` give,
  /// and finite numbers.
  void validate(const Parameters<Scalar>& whole, const Options& options) const {
    const auto fits = [](const char* name, auto value, auto expected) {
      detail::require(value == expected, "Ensemble", name, value, detail::to_text(expected).c_str());
    };
    const auto count = static_cast<Size>(options.member_count());
    fits("number of members", static_cast<Size>(members.size()), count);
    fits("number of averages", static_cast<Size>(averages.size()), options.averaging < 1 ? count : 0);
    detail::require(detail::is_finite(unit) && unit > 0, "Ensemble", "unit", unit, "a finite number greater than 0");
    for (const auto* parts : {&members, &averages}) {
      for (std::size_t m = 0; m < parts->size(); ++m) {
        const auto& part = (*parts)[m];
        const Size factors = options.member_factors(static_cast<int>(m));
        const auto matrix_fits = [&](const char* name, const FactorMatrix<Scalar>& matrix, Size rows) {
          fits(name, matrix.rows(), rows);
          if (rows > 0) fits("factors of a member", matrix.factors(), factors);
        };
        matrix_fits("rows of q of a member", part.q, whole.q.rows());
        matrix_fits("rows of x of a member", part.x, whole.x.rows());
        matrix_fits("rows of y of a member", part.y, whole.y.rows());
        fits("item biases of a member", static_cast<Size>(part.item_bias.size()), whole.items());
        fits("user biases of a member", static_cast<Size>(part.user_bias.size()), whole.users());
        detail::require(part.all_finite(), "Ensemble", "among the numbers of a member", "one that is not finite",
                        "finite numbers");
      }
    }
  }

  /// Whether every number of every member is finite. O(members · (items · k + users)).
  [[nodiscard]] bool all_finite() const noexcept {
    return std::ranges::all_of(members, [](const auto& member) { return member.all_finite(); });
  }

  /// The one model that all of it makes.
  [[nodiscard]] Parameters<Scalar> joined() const {
    const auto& parts = averages.empty() ? members : averages;
    if (parts.size() == 1) return parts.front();
    Parameters<Scalar> whole = parts.front();
    const auto count = static_cast<Scalar>(parts.size());
    const auto side_by_side = [&](FactorMatrix<Scalar> Parameters<Scalar>::*matrix, Scalar scale) {
      Size factors = 0;
      for (const auto& part : parts) factors += (part.*matrix).factors();
      FactorMatrix<Scalar> all((whole.*matrix).rows(), factors);
      for (Size i = 0; i < all.rows(); ++i) {
        Size place = 0;
        for (const auto& part : parts) {
          const auto row = (part.*matrix).row(i);
          all.row(i).segment(place, row.size()) = scale * row;
          place += row.size();
        }
      }
      whole.*matrix = std::move(all);
    };
    side_by_side(&Parameters<Scalar>::q, 1 / count);
    side_by_side(&Parameters<Scalar>::x, 1);
    side_by_side(&Parameters<Scalar>::y, 1);
    const auto mean = [&](std::vector<Scalar> Parameters<Scalar>::*values) {
      for (std::size_t i = 0; i < (whole.*values).size(); ++i) {
        Scalar sum = 0;
        for (const auto& part : parts) sum += (part.*values)[i];
        (whole.*values)[i] = sum / count;
      }
    };
    mean(&Parameters<Scalar>::item_bias);
    mean(&Parameters<Scalar>::user_bias);
    return whole;
  }

 private:
  static void take_over(Parameters<Scalar>& to, const Parameters<Scalar>& learned) {
    to.epoch = learned.epoch;
    const auto rows = [](FactorMatrix<Scalar>& matrix, const FactorMatrix<Scalar>& known) {
      for (Size i = 0; i < known.rows(); ++i) {
        if (!known.row(i).isZero(0)) matrix.row(i) = known.row(i);  // zeros are those of an item that nobody had rated
      }
    };
    const auto values = [](std::vector<Scalar>& all, const std::vector<Scalar>& known) {
      for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i] != 0) all[i] = known[i];
      }
    };
    rows(to.q, learned.q);
    rows(to.x, learned.x);
    rows(to.y, learned.y);
    values(to.item_bias, learned.item_bias);
    values(to.user_bias, learned.user_bias);
  }

  static void average(Parameters<Scalar>& a, const Parameters<Scalar>& b, Scalar share) {
    const auto matrix = [&](FactorMatrix<Scalar>& to, const FactorMatrix<Scalar>& from) {
      for (Size i = 0; i < to.rows(); ++i) to.row(i) += share * (from.row(i) - to.row(i));
    };
    const auto values = [&](std::vector<Scalar>& to, const std::vector<Scalar>& from) {
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += share * (from[i] - to[i]);
    };
    matrix(a.q, b.q);
    matrix(a.x, b.x);
    matrix(a.y, b.y);
    values(a.item_bias, b.item_bias);
    values(a.user_bias, b.user_bias);
    a.epoch = b.epoch;
  }
};

}  // namespace v0_1
}  // namespace asysvd
