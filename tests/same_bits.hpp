// SPDX-License-Identifier: MIT
// Whether two models are the same to the last bit.
#pragma once

namespace asysvd::test {

template <class Model>
bool same_bits(const Model& a, const Model& b) {
  const auto& p = a.parameters();
  const auto& q = b.parameters();
  return p.q.matrix() == q.q.matrix() && p.x.matrix() == q.x.matrix() && p.y.matrix() == q.y.matrix() &&
         p.item_bias == q.item_bias && p.user_bias == q.user_bias;
}

}  // namespace asysvd::test
