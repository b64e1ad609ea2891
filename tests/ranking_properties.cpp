// SPDX-License-Identifier: MIT
// What holds of any model for ranking, whatever it was trained on.
#include <asysvd/ranking_model.hpp>

#include "properties.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

using namespace asysvd;
using namespace asysvd::test;

TEST_CASE_TEMPLATE("whatever the ratings are, a model for ranking is sound", Scalar, float, double) {
  for (const auto& feedback :
       {InteractionFeedback::binary(), InteractionFeedback::at_least(2), InteractionFeedback::weighted()}) {
    for (const std::uint64_t seed : {1, 2}) {
      for (const auto& named : edge_cases<Scalar>(seed)) {
        CAPTURE(named.first);
        CAPTURE(seed);
        const auto& ratings = named.second;
        const bool learnable =
            std::ranges::any_of(ratings.values(), [&](double rating) { return feedback.weight(rating) != 0; });
        if (learnable) {
          check_model(fit_ranking<Scalar>(ratings, {.factors = 3}, feedback));
        } else {
          CHECK_THROWS_AS((void)fit_ranking<Scalar>(ratings, {.factors = 3}, feedback), std::invalid_argument);
        }
      }
    }
  }
}
