// SPDX-License-Identifier: MIT
// Ways to a score, compiled for the processor at hand: compilers then join a product and a sum where they like to.
#include <doctest/doctest.h>

#include <asysvd/model.hpp>

#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

TEST_CASE_TEMPLATE("all ways to a score give the same bits", Feedback, ExplicitFeedback, FullFeedback) {
  const auto ratings = test::random_ratings<float>(80, 60, 40, 1);
  for (const int factors : {8, 12, 24, 50}) {
    CAPTURE(factors);
    AsySVD<float, ByUser, Feedback> model({.factors = factors, .epochs = 5});
    model.fit(ratings);
    std::vector<float> scores(60);
    for (Index user = 0; user < 80; ++user) {
      model.scores(user, scores);
      for (Index item = 0; item < 60; ++item) CHECK(scores[static_cast<std::size_t>(item)] == model.score(user, item));
      for (const auto& [item, score] : model.recommend(user, {.count = 60})) CHECK(score == model.score(user, item));
    }
    model.recommend_all({.count = 10},
                        [&](Index user, const auto& list) { CHECK(list == model.recommend(user, {.count = 10})); });
  }
}
