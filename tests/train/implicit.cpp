// SPDX-License-Identifier: MIT
// N(u) as a matrix of its own, from the fit to the explanation.
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <asysvd/evaluate/fold_in.hpp>
#include <asysvd/ranking_model.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;

namespace {

const Options options{.factors = 6, .epochs = 6, .learning_rate = 0.02, .seed = 3};

struct Data {
  SparseMatrix<double> bare = test::random_ratings<double>(40, 25, 8, 1);
  SparseMatrix<double> seen = test::random_ratings<double>(38, 25, 12, 2);
  SparseMatrix<double> ratings = bare.with_implicit(seen);
};

}  // namespace

TEST_CASE("an N(u) that adds nothing changes nothing, to the bit") {
  const Data data;
  AsySVD<double> bare(options);
  AsySVD<double> same(options);
  const FitOptions<double> watched{.validation_fraction = 0.2};
  bare.fit(data.bare, watched);
  same.fit(data.bare.with_implicit(SparseMatrix<double>::from_triplets(40, 25, std::vector<Rating<double>>{})),
           watched);
  CHECK(test::same_bits(bare, same));
  same.fit(data.bare.with_implicit(data.bare));
  bare.fit(data.bare);
  CHECK(test::same_bits(bare, same));
  same.fit(data.ratings);
  CHECK_FALSE(test::same_bits(bare, same));
}

TEST_CASE_TEMPLATE("one formula serves users with an N(u) of their own", Feedback, FullFeedback, ImplicitFeedback) {
  const Data data;
  AsySVD<double, ByUser, Feedback> model(options);
  model.fit(data.ratings);
  const auto& parameters = model.parameters();
  int unrated = 0;
  for (Index user = 0; user < 40; ++user) {
    const auto row = data.ratings.row(user);
    std::vector<double> sum(6, 0.0);
    const double d = 1 / std::sqrt(static_cast<double>(row.items.size() + row.unrated.size()));
    for (const auto items : {row.items, row.unrated}) {
      for (const Index j : items) {
        for (int f = 0; f < 6; ++f) sum[f] += d * parameters.y.row(j)[f];
      }
    }
    if (!Feedback::has_explicit) {
      for (int f = 0; f < 6; ++f) CHECK(model.user_factors().row(user)[f] == doctest::Approx(sum[f]));
    }
    const auto why = model.explain(user, 5);
    CHECK(why.shares.size() == row.items.size() + row.unrated.size());
    double all = why.bias;
    for (const auto& share : why.shares) {
      all += share.share;
      const bool rated = std::ranges::count(row.items, share.item) == 1;
      CHECK(std::isnan(share.rating) == !rated);
      unrated += !rated;
    }
    CHECK(all == doctest::Approx(why.prediction));
    CHECK(why.prediction == model.score(user, 5));

    // The same profile from outside, but for the bias of a stranger; and out of a restored model.
    const Profile<double> somebody(row);
    CHECK(model.score(somebody, 5) - model.score(somebody, 6) ==
          doctest::Approx(model.score(user, 5) - model.score(user, 6)).epsilon(1e-9));
    CHECK(FoldIn(model, data.ratings).score(user, 5) == model.score(row, 5));
    for (const auto& [item, score] : model.recommend(somebody, {.count = 25})) {
      CHECK(std::ranges::count(row.items, item) == 0);  // what was only seen may be recommended
    }
    CHECK(model.recommend(somebody, {.count = 25}).size() == 25 - row.items.size());
  }
  CHECK(unrated > 100);

  auto restored = AsySVD<double, ByUser, Feedback>::restore(model.options(), parameters);
  restored.set_ratings(data.bare);
  CHECK(restored.score(2, 5) != model.score(2, 5));
  restored.set_ratings(data.ratings);
  CHECK(restored.score(2, 5) == model.score(2, 5));
}

TEST_CASE("who has rated nothing is served by what else is known, and y is learned for items that nobody rated") {
  const Data data;
  AsySVD<double> model(options);
  model.fit(data.ratings);
  const Index nobody = 0;
  REQUIRE(data.ratings.row(nobody).empty());
  Profile<double> seen_only;
  CHECK(model.score(seen_only, 5) == model.parameters().mean + model.parameters().item_bias[5]);
  seen_only.add_unrated(3);
  CHECK(model.score(seen_only, 5) != model.parameters().mean + model.parameters().item_bias[5]);
  CHECK_THROWS_AS((void)model.score(
                      [] {
                        Profile<double> unknown;
                        unknown.add_unrated(25);
                        return unknown;
                      }(),
                      5),
                  std::invalid_argument);

  const Index unrated_item = 24;  // by nobody, in both matrices
  CHECK(model.parameters().y.row(unrated_item).isZero(0));
  std::vector<Rating<double>> views{{1, unrated_item, 1}, {nobody, 23, 1}};
  model.fit(data.bare.with_implicit(SparseMatrix<double>::from_triplets(40, 25, views)));
  CHECK_FALSE(model.parameters().y.row(unrated_item).isZero(0));
  CHECK(model.parameters().q.row(unrated_item).isZero(0));
  views = {{nobody, unrated_item, 1}};  // who gives nothing to learn from
  model.fit(data.bare.with_implicit(SparseMatrix<double>::from_triplets(40, 25, views)));
  CHECK(model.parameters().y.row(unrated_item).isZero(0));
}

TEST_CASE("a fit that goes on, and a refit, keep N(u)") {
  const Data data;
  AsySVD<double> whole(options);
  whole.fit(data.ratings);
  auto half = options;
  half.epochs = 3;
  AsySVD<double> parts(half);
  parts.fit(data.ratings);
  parts.resume(data.ratings, 3);
  CHECK(test::same_bits(whole, parts));

  const auto split = holdout<double>(data.ratings, 0.2, 9);
  const SparseMatrixView<double> validation = split.test;
  AsySVD<double> refitted(options);
  const auto report = refitted.fit(split.train, {.validation = &validation, .refit = true});
  auto best = options;
  best.epochs = report.best_epoch;
  AsySVD<double> expected(best);
  expected.fit(data.ratings);
  CHECK(test::same_bits(refitted, expected));
}

TEST_CASE("a model without implicit feedback has no use for N(u)") {
  const Data data;
  AsySVD<double, ByUser, ExplicitFeedback> model(options);
  CHECK_THROWS_AS(model.fit(data.ratings), std::invalid_argument);
  model.fit(data.bare);
  CHECK_THROWS_AS(model.set_ratings(data.ratings), std::invalid_argument);
  CHECK_THROWS_AS((void)fit_ranking<double>(data.ratings), std::invalid_argument);
}
