// SPDX-License-Identifier: MIT
// A model for ranking serves as any other model does.
#include <asysvd/io/safetensors.hpp>
#include <asysvd/ranking_model.hpp>

#include <doctest/doctest.h>

#include <Eigen/SparseCore>
#include <algorithm>
#include <utility>
#include <vector>

#include "random_ratings.hpp"
#include "temporary_file.hpp"

using namespace asysvd;

namespace {

// The model goes on reading its ratings: a matrix of Eigen's that would be gone is refused.
template <class Ratings>
concept Fits = requires(Ratings&& ratings) {
  fit_ranking<float>(std::forward<Ratings>(ratings));
};
using OfEigen = Eigen::SparseMatrix<float, Eigen::RowMajor>;
static_assert(Fits<OfEigen&> && !Fits<OfEigen> && Fits<SparseMatrix<float>>);

const std::vector<InteractionFeedback> policies{InteractionFeedback::binary(), InteractionFeedback::at_least(4),
                                                InteractionFeedback::weighted()};

template <class Scalar>
Scalar by_hand(const RankingModel<Scalar>& model, ProfileView<Scalar> profile, Index item) {
  double score = 0;
  for (Size t = 0; t < profile.size(); ++t) {
    const double product = model.parameters().x.row(profile.items[t]).dot(model.parameters().q.row(item));
    score += model.feedback().weight(profile.ratings[t]) * product;
  }
  return static_cast<Scalar>(score);
}

}  // namespace

TEST_CASE_TEMPLATE("known users, profiles and explanations follow the one formula", Scalar, float, double) {
  const auto ratings = test::random_ratings<Scalar>(80, 40, 20, 6);
  for (const auto& feedback : policies) {
    const auto model = fit_ranking(ratings, {.factors = 9}, feedback);
    for (const Index user : {0, 1, 17, 79}) {
      const auto profile = ratings.row(user);
      for (const Index item : {0, 11, 39}) {
        const Scalar expected = by_hand(model, profile, item);
        CHECK(model.score(user, item) == doctest::Approx(expected).epsilon(1e-4));
        CHECK(model.score(profile, item) == doctest::Approx(expected).epsilon(1e-4));
        const auto why = model.explain(profile, item);
        Scalar sum = why.bias;
        for (const auto& share : why.shares) sum += share.share;
        CHECK(why.bias == 0);
        CHECK(sum == doctest::Approx(why.prediction).epsilon(1e-4));
      }
      for (const auto& [item, score] : model.recommend(user)) {
        CHECK(std::ranges::count(profile.items, item) == 0);
      }
    }
  }
}

TEST_CASE("the weights are in the file: a loaded model answers as the saved one") {
  const auto ratings = test::random_ratings<float>(80, 40, 20, 6);
  const test::TemporaryFile file("");
  using Lecture = AsySVD<float, ByUser, RawFeedback>;
  for (const auto& feedback : policies) {
    const auto model = fit_ranking(ratings, {.factors = 9}, feedback);
    save(model, file.path());
    CHECK(model_parts(file.path()) == ModelParts{.has_explicit = true, .has_weight = true});
    auto again = load<RankingModel<float>>(file.path());
    CHECK(again.feedback() == feedback);
    again.set_ratings(ratings);
    for (const Index user : {1, 17, 79}) CHECK(again.recommend(user) == model.recommend(user));
    // The lecture's model has the same tensors, and must not be taken for this one.
    CHECK_THROWS_AS((void)load<Lecture>(file.path()), FileError);
  }
}

TEST_CASE("interactions can be learned by gradient descent as well, in the unit of the ratings alone") {
  const auto ratings = test::random_ratings<float>(80, 40, 20, 6);
  Options options{.factors = 4, .epochs = 3};
  RankingModel<float> model(options);
  CHECK(model.fit(ratings).stop_reason == StopReason::max_epochs);
  CHECK(model.score(17, 3) == doctest::Approx(by_hand(model, ratings.row(17), 3)).epsilon(1e-4));
  options.rating_unit = 2;
  CHECK_THROWS_AS(RankingModel<float>(options).fit(ratings), std::invalid_argument);
}
