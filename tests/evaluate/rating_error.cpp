// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/rating_error.hpp>

#include <doctest/doctest.h>

#include <Eigen/SparseCore>
#include <algorithm>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/model.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

static_assert(RatingPredictor<GlobalMean<float>> && !FoldInPredictor<GlobalMean<float>>);
static_assert(RatingPredictor<BiasOnly<double>> && !FoldInPredictor<BiasOnly<double>>);
static_assert(FoldInPredictor<AsySVD<float>> && FoldInPredictor<AsySVD<double, Uniform, RawFeedback, 8>>);
static_assert(!RatingPredictor<Popularity<float>>);  // a number of ratings is no rating

namespace {

template <class Scalar>
using Triplets = std::vector<Rating<Scalar>>;

/// Ratings from 1 to 5, μ = 3.
SparseMatrix<double> small_train() {
  return SparseMatrix<double>::from_triplets(3, 3, Triplets<double>{{0, 0, 5}, {0, 1, 3}, {1, 0, 3}, {1, 1, 1}});
}

/// Predicts what it is made with, out of range or not.
struct Constant {
  using Scalar = double;
  double value;
  [[nodiscard]] double predict(Index, Index) const { return value; }
};

/// A test set with users 40 to 47 and items 25 to 29 that a 40 × 25 training matrix does not have.
template <class Scalar>
SparseMatrix<Scalar> wider_test(std::uint64_t seed) {
  return test::random_ratings<Scalar>(48, 30, 9, seed);
}

template <class Scalar, class Feedback>
AsySVD<Scalar, ByUser, Feedback> fitted(const SparseMatrix<Scalar>& ratings) {
  Options options;
  options.factors = 5;
  options.epochs = 10;
  options.learning_rate = 0.02;
  options.initialization = Initialization::normal(0.6);
  AsySVD<Scalar, ByUser, Feedback> model(options);
  model.fit(ratings);
  return model;
}

/// The protocol written out: every sum from the parameters, entry by entry of the test set.
template <class Model, class Scalar>
RatingError slow_error(const Model& model, const SparseMatrixView<Scalar>& train,
                       const SparseMatrixView<Scalar>& test) {
  const auto& parameters = model.parameters();
  std::vector<bool> rated(static_cast<std::size_t>(test.cols()), false);
  for (const Index item : train.items()) rated[item] = true;
  RatingError error;
  for (Size p = 0; p < test.nonzeros(); ++p) {
    const auto user = static_cast<Index>(test.user_of(p));
    const Index item = test.items()[p];
    const bool user_in_model = user < train.rows();
    const bool item_in_model = item < train.cols();
    double r = parameters.mean;
    if (user_in_model) r += parameters.user_bias[user];
    if (item_in_model) r += parameters.item_bias[item];
    if (user_in_model && item_in_model) r += model.user_factors().row(user).dot(parameters.q.row(item));
    const double e = test.values()[p] - std::clamp<double>(r, parameters.min_rating, parameters.max_rating);
    error.rmse += e * e;
    error.mae += std::abs(e);
    ++error.count;
    error.unknown_users += !user_in_model || train.row(user).empty();
    error.unknown_items += !rated[item];
  }
  error.rmse = std::sqrt(error.rmse / static_cast<double>(error.count));
  error.mae /= static_cast<double>(error.count);
  return error;
}

}  // namespace

TEST_CASE("RMSE and MAE are those computed by hand") {
  const auto train = small_train();
  const auto test = SparseMatrix<double>::from_triplets(2, 3, Triplets<double>{{0, 2, 5}, {1, 2, 2}, {1, 0, 3}});
  const auto error = rating_error(GlobalMean<double>(train), train, test);  // errors 2, -1, 0
  CHECK(error.rmse == doctest::Approx(std::sqrt(5.0 / 3)).epsilon(1e-15));
  CHECK(error.mae == 1);
  CHECK(error.count == 3);
  CHECK(error.unknown_users == 0);
  CHECK(error.unknown_items == 2);
}

TEST_CASE("predictions are clamped to the range of the training ratings, test ratings are not") {
  const auto train = small_train();
  const auto test = SparseMatrix<double>::from_triplets(1, 1, Triplets<double>{{0, 0, 9}});
  CHECK(rating_error(Constant{100}, train, test).mae == 4);
  CHECK(rating_error(Constant{-100}, train, test).mae == 8);
}

TEST_CASE("test ratings of unknown users and items count, and are counted") {
  const auto train = small_train();  // of user 2 and of item 2 there is no rating
  const auto test = SparseMatrix<double>::from_triplets(
      5, 6, Triplets<double>{{0, 0, 4}, {0, 2, 4}, {0, 5, 4}, {2, 0, 4}, {4, 1, 4}, {4, 5, 4}});
  const auto error = rating_error(Constant{3}, train, test);
  CHECK(error.count == 6);
  CHECK(error.unknown_users == 3);
  CHECK(error.unknown_items == 3);
  CHECK(error.mae == 1);
}

TEST_CASE_TEMPLATE("unknown users and items are predicted from the biases that are known", Feedback, FullFeedback,
                   ExplicitFeedback, ImplicitFeedback, RawFeedback) {
  const auto train = test::random_ratings<double>(40, 25, 12, 7);
  const auto model = fitted<double, Feedback>(train);
  const auto& parameters = model.parameters();
  const auto error_of = [&](Index user, Index item) {
    const auto one = SparseMatrix<double>::from_triplets(50, 50, Triplets<double>{{user, item, 0}});
    return rating_error(model, train, one).mae;
  };
  const auto rating = [](double value) { return doctest::Approx(std::clamp(value, 1.0, 5.0)).epsilon(1e-14); };
  CHECK(error_of(45, 3) == rating(parameters.mean + parameters.item_bias[3]));
  CHECK(error_of(6, 45) == rating(parameters.mean + parameters.user_bias[6]));
  CHECK(error_of(45, 45) == rating(parameters.mean));
  CHECK(error_of(6, 3) == model.predict(6, 3));
  if constexpr (Feedback::has_biases) {
    CHECK(parameters.item_bias[3] != 0);
    CHECK(parameters.user_bias[6] != 0);
  } else {
    CHECK(error_of(45, 45) == 1);  // 0, clamped
  }
}

TEST_CASE_TEMPLATE("the error of a model is that of the protocol written out", Scalar, float, double) {
  const double tolerance = std::is_same_v<Scalar, double> ? 1e-13 : 1e-6;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto train = test::random_ratings<Scalar>(40, 25, 12, seed);
    const auto test = wider_test<Scalar>(seed + 100);
    const auto check = [&](const auto& model) {
      const auto expected = slow_error(model, train, test);
      const auto error = rating_error(model, train, test);
      CHECK(error.rmse == doctest::Approx(expected.rmse).epsilon(tolerance));
      CHECK(error.mae == doctest::Approx(expected.mae).epsilon(tolerance));
      CHECK(error.count == test.nonzeros());
      CHECK(error.unknown_users == expected.unknown_users);
      CHECK(error.unknown_items == expected.unknown_items);
      CHECK(error.unknown_users > 0);
      CHECK(error.unknown_items > 0);
    };
    check(fitted<Scalar, FullFeedback>(train));
    check(fitted<Scalar, RawFeedback>(train));
  }
}

TEST_CASE("the error of the biases is that of predicting one rating after the other") {
  const auto train = test::random_ratings<double>(40, 25, 12, 7);
  const SparseMatrixView<double> test = wider_test<double>(107);
  const BiasOnly<double> biases(train);
  double squares = 0;
  for (Size p = 0; p < test.nonzeros(); ++p) {
    squares += std::pow(test.values()[p] - biases.predict(static_cast<Index>(test.user_of(p)), test.items()[p]), 2);
  }
  CHECK(rating_error(biases, train, test).rmse ==
        doctest::Approx(std::sqrt(squares / static_cast<double>(test.nonzeros()))).epsilon(1e-13));
}

TEST_CASE("sums do not suffer from the precision of float") {
  // Added up in float, 200,000 equal errors would be off by more than a millionth.
  const std::size_t count = 200'000;
  const std::vector<Size> offsets{0, static_cast<Size>(count)};
  const std::vector<Index> items(count, 0);
  const std::vector<float> values(count, 3.0f);
  const SparseMatrixView<float> test(1, std::span(offsets), std::span(items), std::span(values));
  const auto train = SparseMatrix<float>::from_triplets(1, 1, Triplets<float>{{0, 0, 2.9f}});
  const double e = 3.0 - static_cast<double>(2.9f);
  const auto error = rating_error(GlobalMean<float>(train), train, test);
  CHECK(error.mae == doctest::Approx(e).epsilon(1e-8));
  CHECK(error.rmse == doctest::Approx(e).epsilon(1e-8));
}

TEST_CASE("Eigen matrices are evaluated on as they are") {
  Eigen::SparseMatrix<double, Eigen::RowMajor> train(2, 2);
  train.insert(0, 0) = 2;
  train.insert(1, 1) = 4;
  train.makeCompressed();
  AsySVD<double> model({.factors = 2, .epochs = 1});
  model.fit(train);
  CHECK(rating_error(model, train, train).count == 2);
  CHECK(rating_error(GlobalMean<double>(train), train, train).rmse == 1);
}

TEST_CASE("an error of nothing, or of another model's training matrix, is refused") {
  const auto train = small_train();
  const SparseMatrix<double> none = SparseMatrix<double>::from_triplets(3, 3, Triplets<double>{});
  CHECK_THROWS_WITH_AS((void)rating_error(Constant{3}, train, none),
                       "asysvd::rating_error: number of test ratings is 0; expected at least 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)rating_error(Constant{3}, none, train),
                       doctest::Contains("number of training ratings is 0"), std::invalid_argument);

  const AsySVD<double> unfitted;
  CHECK_THROWS_WITH_AS((void)rating_error(unfitted, train, train), doctest::Contains("train.rows() is 3"),
                       std::invalid_argument);
  const auto model = fitted<double, FullFeedback>(train);
  const auto wider = SparseMatrix<double>::from_triplets(3, 4, Triplets<double>{{0, 0, 5}});
  CHECK_THROWS_WITH_AS((void)rating_error(model, wider, train), doctest::Contains("train.cols() is 4"),
                       std::invalid_argument);

  const std::vector<Size> offsets{0, 1};
  const std::vector<Index> items{-1};
  const std::vector<double> values{1};
  const SparseMatrixView<double> broken(3, std::span(offsets), std::span(items), std::span(values));
  CHECK_THROWS_AS((void)rating_error(Constant{3}, broken, train), std::invalid_argument);
  CHECK_THROWS_AS((void)rating_error(Constant{3}, train, broken), std::invalid_argument);
}
