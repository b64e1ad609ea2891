// SPDX-License-Identifier: MIT
// One formula serves training, prediction, recommendation and explanation.
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "random_ratings.hpp"
#include "reference_descent.hpp"

using namespace asysvd;

namespace {

template <class Scalar, class Feedback>
struct Fitted {
  explicit Fitted(int factors = 6) : model(options(factors)) { model.fit(ratings); }
  static Options options(int factors) {
    Options options;
    options.factors = factors;
    options.epochs = 8;
    options.learning_rate = 0.02;
    options.initialization = Initialization::normal(0.6);
    return options;
  }
  SparseMatrix<Scalar> ratings = test::random_ratings<Scalar>(40, 25, 12, 7);
  AsySVD<Scalar, ByUser, Feedback> model;
};

template <class Scalar, class Feedback>
using Variant = std::pair<Scalar, Feedback>;

// A model goes on reading the ratings that it learned from or serves by: a matrix of Eigen's that would be gone is
// refused.
template <class Ratings>
concept Fits = requires(AsySVD<float> model, Ratings&& ratings) {
  model.fit(std::forward<Ratings>(ratings));
};
template <class Ratings>
concept Resumes = requires(AsySVD<float> model, Ratings&& ratings) {
  model.resume(std::forward<Ratings>(ratings), 1);
};
template <class Ratings>
concept Serves = requires(AsySVD<float> model, Ratings&& ratings) {
  model.set_ratings(std::forward<Ratings>(ratings));
};
using OfEigen = Eigen::SparseMatrix<float, Eigen::RowMajor>;
static_assert(Fits<OfEigen&> && !Fits<OfEigen> && Fits<SparseMatrix<float>>);
static_assert(Resumes<OfEigen&> && !Resumes<OfEigen> && Resumes<SparseMatrix<float>>);
static_assert(Serves<OfEigen&> && !Serves<OfEigen> && Serves<SparseMatrix<float>>);

}  // namespace

TEST_CASE_TEMPLATE("score, predict, recommend and explain agree with the formula written out", V,
                   Variant<float, FullFeedback>, Variant<float, RawFeedback>, Variant<double, FullFeedback>,
                   Variant<double, ExplicitFeedback>, Variant<double, ImplicitFeedback>, Variant<double, RawFeedback>) {
  using Scalar = typename V::first_type;
  using Feedback = typename V::second_type;
  const Fitted<Scalar, Feedback> fitted;
  const auto& model = fitted.model;
  const SparseMatrixView<Scalar>& ratings = fitted.ratings;
  const double tolerance = std::is_same_v<Scalar, double> ? 1e-12 : 1e-5;
  const auto oracle = test::ReferenceModel::from(model.parameters(), Feedback{}, ratings, 10);

  for (Index user = 0; user < model.users(); ++user) {
    const auto profile = ratings.row(user);
    const auto all = model.recommend(user, {.count = 25, .include_seen = true});
    REQUIRE(all.size() == 25);
    for (const auto& [item, score] : all) {
      const double expected = oracle.score(profile, user, item, -1);
      CHECK(score == doctest::Approx(expected).epsilon(tolerance));
      CHECK(model.score(user, item) == score);
      CHECK(model.predict(user, item) == std::clamp<Scalar>(score, 1, 5));

      const auto why = model.explain(user, item);
      CHECK(why.prediction == score);
      REQUIRE(static_cast<Size>(why.shares.size()) == profile.size());
      double sum = why.bias;
      for (const auto& share : why.shares) sum += share.share;
      CHECK(sum == doctest::Approx(score).epsilon(tolerance));
      CHECK(std::ranges::is_sorted(why.shares, std::greater{}, [](const auto& share) { return share.share; }));
    }
  }
}

TEST_CASE("training met the same predictions that the model gives") {
  // One epoch at a rate so small that nothing moves: the training error is that of the model's own predictions.
  const auto ratings = test::random_ratings<double>(40, 25, 12, 8);
  Options options;
  options.factors = 5;
  options.epochs = 1;
  options.learning_rate = 1e-300;
  options.leave_one_out = false;
  options.initialization = Initialization::normal(0.7);
  AsySVD<double> model(options);
  const auto report = model.fit(ratings);
  double squared_error = 0;
  for (Index user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      squared_error += std::pow(row.ratings[t] - model.score(user, row.items[t]), 2);
    }
  }
  CHECK(report.epochs.front().train_rmse ==
        doctest::Approx(std::sqrt(squared_error / static_cast<double>(ratings.nonzeros()))).epsilon(1e-12));
}

TEST_CASE_TEMPLATE("anybody with the profile of a user has the user's factors, and a bias from the formula", Scalar,
                   float, double) {
  const Fitted<Scalar, FullFeedback> fitted;
  const auto& model = fitted.model;
  const auto& parameters = model.parameters();
  for (Index user = 1; user < 10; ++user) {
    const auto profile = fitted.ratings.row(user);
    if (profile.empty()) continue;
    double sum = 0;
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      sum += profile.ratings[t] - parameters.mean - parameters.item_bias[profile.items[t]];
    }
    const double bias = sum / (10 + static_cast<double>(profile.size()));
    for (Index item = 0; item < model.items(); ++item) {
      CHECK(model.score(profile, item) - bias ==
            doctest::Approx(model.score(user, item) - parameters.user_bias[user]).epsilon(1e-4));
    }
    const auto best = model.recommend(profile, {.count = 3});
    CHECK(best.front().score == model.score(profile, best.front().item));
    CHECK(model.explain(profile, 2).prediction == model.score(profile, 2));
  }
  CHECK(model.score(Profile<Scalar>{}, 3) == parameters.mean + parameters.item_bias[3]);
  CHECK(model.score(Index{0}, 3) == doctest::Approx(parameters.mean + parameters.item_bias[3]));  // rated nothing
}

TEST_CASE("recommend equals sorting everything") {
  const Fitted<float, FullFeedback> fitted;
  const auto& model = fitted.model;
  for (Index user = 0; user < model.users(); ++user) {
    const auto seen = fitted.ratings.row(user).items;
    const auto odd = [](Index item) { return item % 2 == 1; };
    for (const bool include_seen : {false, true}) {
      std::vector<ScoredItem<float>> expected;
      for (Index item = 0; item < model.items(); ++item) {
        const bool known = std::ranges::find(seen, item) != seen.end();
        if (odd(item) && (include_seen || !known)) expected.push_back({item, model.score(user, item)});
      }
      std::ranges::stable_sort(expected, std::greater{}, &ScoredItem<float>::score);
      for (const Size count : {0, 1, 5, 100}) {
        const auto kept = std::min(count, static_cast<Size>(expected.size()));
        const std::vector wanted(expected.begin(), expected.begin() + kept);
        CHECK(model.recommend(user, {.count = count, .include_seen = include_seen}, odd) == wanted);
      }
    }
  }
  CHECK(model.recommend(1, {.count = 100}).size() == 1);  // who rated all items but one
}

TEST_CASE("equal scores are in the order of items") {
  // Nobody rated items 3, 4 and 5, so nothing tells them apart.
  const auto ratings = SparseMatrix<float>::from_triplets(2, 6, std::vector<Rating<float>>{{0, 0, 1}, {1, 2, 5}});
  AsySVD<float> model({.factors = 3, .epochs = 2});
  model.fit(ratings);
  const auto best = model.recommend(0, {.count = 10}, [](Index item) { return item >= 3; });
  REQUIRE(best.size() == 3);
  CHECK(best[0].item == 3);
  CHECK(best[1].item == 4);
  CHECK(best[2].item == 5);
  CHECK(best[0].score == best[2].score);
}

TEST_CASE("similar items are those of the greatest cosine") {
  const Fitted<double, FullFeedback> fitted;
  const auto& q = fitted.model.parameters().q;
  const auto near = fitted.model.similar_items(4, 5);
  REQUIRE(near.size() == 5);
  std::set<Index> chosen;
  for (const auto& [item, cosine] : near) {
    CHECK(item != 4);
    CHECK(cosine == doctest::Approx(q.row(4).normalized().dot(q.row(item).normalized())));
    chosen.insert(item);
  }
  for (Index item = 0; item < fitted.model.items() - 1; ++item) {
    if (item == 4 || chosen.contains(item)) continue;
    CHECK(q.row(4).normalized().dot(q.row(item).normalized()) <= near.back().score + 1e-12);
  }
  CHECK(fitted.model.similar_items(4, 100).size() == 23);  // not itself, nor the item that nobody rated
}

TEST_CASE("an Eigen matrix goes into fit as it is, and gives the model of its triplets") {
  const auto ratings = test::random_ratings<double>(30, 20, 10, 9);
  std::vector<Eigen::Triplet<double>> triplets;
  for (int user = 0; user < 30; ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) triplets.emplace_back(user, row.items[t], row.ratings[t]);
  }
  Eigen::SparseMatrix<double, Eigen::RowMajor> eigen(30, 20);
  eigen.setFromTriplets(triplets.begin(), triplets.end());
  const Options options{.factors = 4, .epochs = 3};
  AsySVD<double> a(options), b(options), c(options);
  a.fit(ratings);
  b.fit(eigen);
  c.fit(Eigen::Map<const Eigen::SparseMatrix<double, Eigen::RowMajor>>(30, 20, eigen.nonZeros(), eigen.outerIndexPtr(),
                                                                       eigen.innerIndexPtr(), eigen.valuePtr()));
  CHECK(b.ratings().values().data() == eigen.valuePtr());
  CHECK(a.parameters().q.matrix() == b.parameters().q.matrix());
  CHECK(a.parameters().q.matrix() == c.parameters().q.matrix());
}

TEST_CASE("ratings a power of two as large, with that as their unit, give that much larger predictions, to the bit") {
  const auto ratings = test::random_ratings<double>(40, 25, 12, 11);
  const auto validation = test::random_ratings<double>(40, 25, 3, 12);
  const auto times = [](const SparseMatrix<double>& matrix, double by) {
    std::vector<Rating<double>> triplets;
    for (Index user = 0; user < matrix.rows(); ++user) {
      const auto row = matrix.row(user);
      for (std::size_t t = 0; t < row.items.size(); ++t) triplets.push_back({user, row.items[t], by * row.ratings[t]});
    }
    return SparseMatrix<double>::from_triplets(matrix.rows(), matrix.cols(), triplets);
  };
  Options options{.factors = 5, .epochs = 4, .learning_rate = 0.02, .rating_unit = 1};
  AsySVD<double> small(options);
  const auto small_report = small.fit(ratings, {.validation = &validation});
  options.rating_unit = 32;
  AsySVD<double> large(options);
  const auto large_ratings = times(ratings, 32);
  const auto large_validation = times(validation, 32);
  const auto large_report = large.fit(large_ratings, {.validation = &large_validation});
  for (std::size_t epoch = 0; epoch < 4; ++epoch) {
    CHECK(large_report.epochs[epoch].train_rmse == 32 * small_report.epochs[epoch].train_rmse);
    CHECK(large_report.epochs[epoch].validation == 32 * *small_report.epochs[epoch].validation);
  }
  const Profile<double> somebody{{2, 5}, {7, 1}};
  const Profile<double> same{{2, 5 * 32}, {7, 1 * 32}};
  for (Index item = 0; item < 25; ++item) {
    CHECK(large.score(3, item) == 32 * small.score(3, item));
    CHECK(large.predict(3, item) == 32 * small.predict(3, item));
    CHECK(large.score(same, item) == 32 * small.score(somebody, item));
  }
  CHECK(large.parameters().max_rating == 160);
}

TEST_CASE("the report names the unit that a fit ran in: the one that is given, or found, also where the fit goes on") {
  const auto ratings = test::random_ratings<double>(40, 25, 12, 11);
  const auto other = test::random_ratings<double>(40, 25, 12, 13);
  for (const double given : {0.0, 32.0}) {
    const Options options{.factors = 4, .epochs = 2, .rating_unit = given};
    AsySVD<double> model(options);
    constexpr auto parts = FeedbackParts::of<FullFeedback>();
    const double unit = unit_of(summarize(ratings, options, parts), options, parts);
    REQUIRE(unit != 1);  // which a report has that nobody has written to
    CHECK(model.fit(ratings).rating_unit == unit);
    CHECK(model.resume(other, 1).rating_unit == unit);
    CHECK(model.report().rating_unit == unit);
  }
}

TEST_CASE("a model goes on serving the users of a matrix that is gone") {
  AsySVD<float> model({.factors = 4, .epochs = 2});
  model.fit(test::random_ratings<float>(30, 20, 10, 10));
  CHECK(model.recommend(1, {.count = 30}).size() == 1);
}

TEST_CASE("a model is restored from its parameters") {
  const Fitted<float, FullFeedback> fitted;
  auto again = AsySVD<float>::restore(fitted.model.options(), fitted.model.parameters());
  const Profile<float> somebody{{2, 5}, {9, 1}};
  CHECK(again.score(somebody, 3) == fitted.model.score(somebody, 3));
  CHECK_THROWS_WITH_AS((void)again.predict(1, 3), doctest::Contains("user is 1"), std::invalid_argument);
  again.set_ratings(fitted.ratings);
  CHECK(again.score(1, 3) == fitted.model.score(1, 3));
  CHECK(again.recommend(5) == fitted.model.recommend(5));

  auto broken = fitted.model.parameters();
  broken.item_bias.pop_back();
  CHECK_THROWS_WITH_AS((void)AsySVD<float>::restore({}, broken), doctest::Contains("number of item biases is 24"),
                       std::invalid_argument);
  using Implicit = AsySVD<float, ByUser, ImplicitFeedback>;
  CHECK_THROWS_WITH_AS((void)Implicit::restore({}, fitted.model.parameters()), doctest::Contains("rows of x is 25"),
                       std::invalid_argument);
  const auto fewer = test::random_ratings<float>(39, 25, 12, 7);
  CHECK_THROWS_AS(again.set_ratings(fewer), std::invalid_argument);
}

TEST_CASE("users and items outside the training matrix are refused with their range") {
  const Fitted<float, FullFeedback> fitted;
  const auto& model = fitted.model;
  CHECK_THROWS_WITH_AS((void)model.predict(40, 0), doctest::Contains("AsySVD::score: user is 40; expected 0 to 39"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)model.predict(0, 25), doctest::Contains("item is 25; expected 0 to 24"),
                       std::invalid_argument);
  CHECK_THROWS_AS((void)model.recommend(-1), std::invalid_argument);
  CHECK_THROWS_AS((void)model.recommend(0, {.count = -1}), std::invalid_argument);
  CHECK_THROWS_AS((void)model.recommend(Profile<float>{{25, 1}}), std::invalid_argument);
  CHECK_THROWS_AS((void)model.explain(0, -1), std::invalid_argument);
  CHECK_THROWS_AS((void)model.similar_items(25), std::invalid_argument);
  const AsySVD<float> unfitted;
  CHECK_THROWS_AS((void)unfitted.predict(0, 0), std::invalid_argument);
}

TEST_CASE("a model that was moved from is one that was not fitted") {
  Fitted<float, FullFeedback> fitted;
  const auto taken = std::move(fitted.model);
  auto& empty = fitted.model;
  CHECK(taken.users() == 40);
  CHECK(empty.users() == 0);
  CHECK(empty.items() == 0);
  CHECK_THROWS_AS((void)empty.predict(0, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)empty.recommend(0), std::invalid_argument);
  CHECK(empty.recommend(ProfileView<float>{}).empty());
  CHECK_THROWS_AS((void)empty.similar_items(0), std::invalid_argument);
  empty.fit(fitted.ratings);
  CHECK(empty.users() == 40);
}

TEST_CASE("a borrowed profile that is none is refused") {
  const Fitted<double, FullFeedback> fitted;
  const std::vector<Index> items{1, 2};
  const std::vector<double> one{5}, not_numbers{5, std::nan("")};
  CHECK_THROWS_WITH_AS((void)fitted.model.predict(ProfileView<double>{items, one}, 0),
                       doctest::Contains("number of ratings is 1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)Profile<double>(ProfileView<double>{items, one}),
                       doctest::Contains("number of ratings is 1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)fitted.model.predict(ProfileView<double>{items, not_numbers}, 0),
                       doctest::Contains("a rating of the profile is nan"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)AsySVD<double>().predict(Index{0}, Index{0}), doctest::Contains("see fit and set_ratings"),
                       std::invalid_argument);
}
