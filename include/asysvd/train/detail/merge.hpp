// SPDX-License-Identifier: MIT
/// \file
/// Two copies of a model, learned apart from each other, become one.
#pragma once

#include <concepts>
#include <cstddef>

#include <asysvd/factor_matrix.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Learns the rows [begin, end) of q, x, y and the item biases of `a` and `b`, which both have set out from `base`, and
/// sends all three on from there. Changes d and e of a row come together as
///
///     (1 − d·e / 2d·d) d + (1 − d·e / 2e·e) e
///
/// (Maleki et al., "Scaling Distributed Training with Adaptive Summation", MLSys 2021, eq. 4): their sum where they have
/// nothing to do with each other, as of steps that follow each other, and their mean where they are the same, so that
/// no way is gone twice. q_i and b_i are one row. O((end − begin) · k); threads may merge different rows at once.
template <std::floating_point Scalar>
void merge(Parameters<Scalar>& base, Parameters<Scalar>& a, Parameters<Scalar>& b, Size begin, Size end) {
  const auto weight = [](Scalar inner, Scalar square) { return square > 0 ? 1 - inner / (2 * square) : Scalar(1); };
  Scalar none[3] = {};  // the bias of rows without one
  const auto merge_row = [&](FactorMatrix<Scalar> Parameters<Scalar>::*factors, Size i, Scalar& bias, Scalar& bias_a,
                             Scalar& bias_b) {
    const auto row_of = [&](Parameters<Scalar>& parameters) {
      return Row<Scalar, Eigen::Dynamic>((parameters.*factors).data(i), (parameters.*factors).stride());
    };
    auto row = row_of(base), row_a = row_of(a), row_b = row_of(b);
    const auto d = row_a - row, e = row_b - row;  // as they are asked for
    const Scalar d_bias = bias_a - bias, e_bias = bias_b - bias;
    const Scalar inner = (d * e).sum() + d_bias * e_bias;
    const Scalar of_d = weight(inner, d.square().sum() + d_bias * d_bias);
    const Scalar of_e = weight(inner, e.square().sum() + e_bias * e_bias);
    row += of_d * d + of_e * e;
    row_a = row;
    row_b = row;
    bias += of_d * d_bias + of_e * e_bias;
    bias_a = bias_b = bias;
  };
  for (Size i = begin; i < end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    merge_row(&Parameters<Scalar>::q, i, base.item_bias[at], a.item_bias[at], b.item_bias[at]);
    if (base.x.rows() > 0) merge_row(&Parameters<Scalar>::x, i, none[0], none[1], none[2]);
    if (base.y.rows() > 0) merge_row(&Parameters<Scalar>::y, i, none[0], none[1], none[2]);
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
