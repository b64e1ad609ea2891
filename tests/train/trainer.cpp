// SPDX-License-Identifier: MIT
// Where a fit ends before its epochs do; what whole fits do is in determinism, safety and validation.
#include <asysvd/train/trainer.hpp>

#include <doctest/doctest.h>

using namespace asysvd;

TEST_CASE("errors are out of hand at a hundred times what was reached, or what the ratings themselves are") {
  const auto exceeded = [](const detail::Bounds& bounds, double mean_square) {
    detail::Loss loss(bounds.most_ever());
    loss.add(10 * mean_square, 10);
    return bounds.exceeded_by(loss);
  };
  detail::Bounds bounds(40, 10);  // ten ratings of 2
  CHECK(!exceeded(bounds, 4e4));
  CHECK(exceeded(bounds, 4.1e4));
  bounds.reached(16);  // far from what it may be in the end: the least that was reached counts
  CHECK(!exceeded(bounds, 1600));
  CHECK(exceeded(bounds, 1601));
  bounds.reached(9);
  bounds.reached(12);
  CHECK(!exceeded(bounds, 900));
  CHECK(exceeded(bounds, 901));
  bounds.reached(1);  // less than the ratings are
  CHECK(!exceeded(bounds, 400));
  CHECK(exceeded(bounds, 401));

  detail::Loss loss(30);
  loss.add(30, 5);
  CHECK(!loss.exploded());
  loss.add(0.5, 5);
  CHECK(loss.exploded());
}
