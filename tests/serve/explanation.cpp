// SPDX-License-Identifier: MIT
// Explanations against the predictions that they are of: shares, what goes with a rating, and whole lists.
#include <asysvd/serve/explanation.hpp>

#include <doctest/doctest.h>

#include <asysvd/model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "any_model.hpp"

using namespace asysvd;

namespace {

/// What somebody's own policy may be: as `FullFeedback`, with weights that are not linear.
struct Bent : FullFeedback {
  [[nodiscard]] static double weight(double rating) { return std::tanh(rating); }
};

constexpr Index items = 20;

template <class Scalar, class Feedback>
AsySVD<Scalar, Sequential, Feedback> any_model(Size users = 0) {
  return test::any_model<AsySVD<Scalar, Sequential, Feedback>>(users, items, {.factors = 5});
}

template <class Scalar>
Profile<Scalar> somebody() {
  Profile<Scalar> profile{{2, 5}, {3, 1}, {8, 4}, {15, 2}};
  for (const Index item : {4, 19}) profile.add_unrated(item);
  return profile;
}

template <class Scalar>
Profile<Scalar> without(Profile<Scalar> profile, Index item) {
  profile.erase(item);
  return profile;
}

template <class Scalar, class Feedback>
using Variant = std::pair<Scalar, Feedback>;

}  // namespace

TEST_CASE_TEMPLATE("without an item of the profile, the prediction is that of the rest", V,
                   Variant<float, FullFeedback>, Variant<double, FullFeedback>, Variant<double, ExplicitFeedback>,
                   Variant<double, ImplicitFeedback>, Variant<double, RawFeedback>,
                   Variant<double, InteractionFeedback>, Variant<double, Bent>) {
  using Scalar = typename V::first_type;
  const double tolerance = sizeof(Scalar) == 4 ? 1e-5 : 1e-12;
  const auto model = any_model<Scalar, typename V::second_type>();
  Profile<Scalar> one{{7, 2}};
  auto one_unrated = one;
  one_unrated.add_unrated(8);
  for (const auto& profile : {somebody<Scalar>(), one, one_unrated}) {
    for (const Index item : {0, 3, 8}) {
      const auto why = model.explain(profile, item);
      CHECK(why.prediction == model.score(profile, item));
      double sum = why.bias;
      for (const auto& share : why.shares) {
        sum += share.share;
        CHECK(std::abs(share.without - model.score(without(profile, share.item), item)) < tolerance);
      }
      CHECK(sum == doctest::Approx(why.prediction).epsilon(tolerance));
    }
  }
  const auto why = model.explain(somebody<Scalar>(), 0);
  if constexpr (V::second_type::has_biases) {
    CHECK(std::abs(why.prediction - why.shares[0].share - why.shares[0].without) > 0.01);
  }
}

TEST_CASE("a user of the training matrix keeps the learned bias without a rating") {
  auto model = any_model<double, FullFeedback>(2);
  const std::vector<Rating<double>> ratings{{0, 1, 5.0}, {1, 2, 5.0}, {1, 3, 1.0}, {1, 8, 4.0}};
  model.set_ratings(SparseMatrix<double>::from_triplets(2, items, ratings));
  const auto why = model.explain(1, 6);
  REQUIRE(why.shares.size() == 3);
  CHECK(why.prediction == model.score(1, 6));
  for (const auto& share : why.shares) {
    auto rest = ratings;
    std::erase_if(rest, [&](const auto& rating) { return rating.user == 1 && rating.item == share.item; });
    model.set_ratings(SparseMatrix<double>::from_triplets(2, items, rest));
    CHECK(std::abs(share.without - model.score(1, 6)) < 1e-12);
  }
}

TEST_CASE_TEMPLATE("a list is explained by the mean of what explains its items", Scalar, float, double) {
  const double tolerance = sizeof(Scalar) == 4 ? 1e-5 : 1e-12;
  auto model = any_model<Scalar, FullFeedback>(1);
  const auto profile = somebody<Scalar>();
  model.set_ratings(SparseMatrix<Scalar>::from_triplets(1, items, std::vector<Rating<Scalar>>{{0, 2, 5}, {0, 3, 1}}));
  const UserSession session(model, profile);
  const auto top = model.recommend(profile, {.count = 4});
  REQUIRE(top.size() == 4);
  const auto check = [&](const Explanation<Scalar>& drivers, const auto& explain) {
    Explanation<double> mean;
    mean.shares.resize(drivers.shares.size());
    for (const auto& [item, score] : top) {
      const auto why = explain(item);
      mean.prediction += why.prediction / 4;
      mean.bias += why.bias / 4;
      for (std::size_t t = 0; t < mean.shares.size(); ++t) {
        const auto same =
            std::ranges::find(why.shares, drivers.shares[t].item, [](const auto& share) { return share.item; });
        mean.shares[t].share += same->share / 4;
        mean.shares[t].without += same->without / 4;
      }
    }
    CHECK(std::abs(drivers.prediction - mean.prediction) < tolerance);
    CHECK(std::abs(drivers.bias - mean.bias) < tolerance);
    for (std::size_t t = 0; t < mean.shares.size(); ++t) {
      CHECK(std::abs(drivers.shares[t].share - mean.shares[t].share) < tolerance);
      CHECK(std::abs(drivers.shares[t].without - mean.shares[t].without) < tolerance);
    }
    CHECK(std::ranges::is_sorted(drivers.shares, std::greater{}, [](const auto& share) { return share.share; }));
  };
  const auto drivers = model.explain(profile, top);
  CHECK(drivers.shares.size() == 6);
  check(drivers, [&](Index item) { return model.explain(profile, item); });
  check(session.explain(top), [&](Index item) { return model.explain(profile, item); });
  check(model.explain(0, top), [&](Index item) { return model.explain(0, item); });
}

TEST_CASE("equal shares are in the order of their items") {
  using Model = AsySVD<double, Sequential, FullFeedback>;
  constexpr Index many = 60;  // more than a sort would leave in their order by chance
  auto parameters = test::any_model<Model>(0, many, {.factors = 5}).parameters();
  parameters.q = FactorMatrix<double>(many, 5);  // of zeros, so that nothing has any share
  const auto model = Model::restore({.factors = 5}, std::move(parameters));
  Profile<double> profile;
  for (Index n = 0; n < many; ++n) profile.add_unrated((7 * n + 3) % many);
  const auto shares = model.explain(profile, Index{0}).shares;
  REQUIRE(shares.size() == many);
  for (Index n = 0; n < many; ++n) {
    CHECK(shares[n].share == 0);
    CHECK(shares[n].item == n);
  }
}

TEST_CASE("an explanation of nothing, or of what is not there, is refused") {
  const auto model = any_model<double, FullFeedback>();
  const auto profile = somebody<double>();
  const UserSession session(model, profile);
  const std::vector<ScoredItem<double>> none, strange{{3, 1.0}, {items, 1.0}};
  CHECK_THROWS_WITH_AS((void)model.explain(profile, none),
                       "asysvd::AsySVD::explain: number of items is 0; expected at least 1", std::invalid_argument);
  CHECK_THROWS_AS((void)session.explain(none), std::invalid_argument);
  CHECK_THROWS_AS((void)model.explain(profile, strange), std::invalid_argument);
  CHECK_THROWS_AS((void)session.explain(strange), std::invalid_argument);
  CHECK_THROWS_AS((void)model.explain(0, strange), std::invalid_argument);
  CHECK(model.explain(Profile<double>{}, Index{3}).shares.empty());
}
