// SPDX-License-Identifier: MIT
// Items that came after training: the minimum of what training lowers, and as good as that for ratings nobody saw.
#include <asysvd/train/detail/new_items.hpp>

#include <doctest/doctest.h>

#include <asysvd/data/reader.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/io/safetensors.hpp>
#include <asysvd/ranking_model.hpp>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "any_model.hpp"
#include "random_ratings.hpp"
#include "real_data.hpp"
#include "temporary_file.hpp"

using namespace asysvd;

namespace {

constexpr Index users = 40, known = 12, all = 15;

/// Items 12 and 13 are new, and so is 14, which nobody rated.
SparseMatrix<double> ratings_of_all() {
  return test::random_ratings<double>(users, all, 9, 5);
}

SparseMatrix<double> first_items(const SparseMatrixView<double>& ratings) {
  std::vector<Rating<double>> triplets;
  for (Index user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      if (row.items[t] < known) triplets.push_back({user, row.items[t], row.ratings[t]});
    }
  }
  return SparseMatrix<double>::from_triplets(ratings.rows(), known, triplets);
}

template <class Model>
Model model_of(const SparseMatrixView<double>& ratings, const Options& options) {
  auto model = test::any_model<Model>(users, known, options);
  model.set_ratings(ratings);
  return model;
}

template <class Model>
std::vector<double> scores_of_known(const Model& model) {
  std::vector<double> scores;
  for (Index user = 0; user < users; ++user) {
    for (Index item = 0; item < known; ++item) scores.push_back(model.score(user, item));
  }
  return scores;
}

/// q_i and b_i of one member, from plain gradient descent on the loss of the item alone.
std::pair<std::vector<double>, double> descended(const AsySVD<double>& model, const SparseMatrixView<double>& ratings,
                                                 Index item, Size first, Size factors) {
  const auto& p = model.parameters();
  const auto& lambda = model.options().regularization;
  std::vector<double> q(static_cast<std::size_t>(factors), 0.0);
  double bias = 0;
  for (int step = 0; step < 20'000; ++step) {
    std::vector<double> slope(q.size());
    double bias_slope = lambda.whole_item * bias;
    for (std::size_t f = 0; f < q.size(); ++f) slope[f] = lambda.whole_q * q[f];
    for (Index user = 0; user < users; ++user) {
      const auto row = ratings.row(user);
      const auto place = std::ranges::find(row.items, item);
      if (place == row.items.end()) continue;
      const auto factor = [&](std::size_t f) { return model.user_factors().row(user)[first + static_cast<Size>(f)]; };
      double error = row.ratings[static_cast<std::size_t>(place - row.items.begin())] - p.mean -
                     p.user_bias[static_cast<std::size_t>(user)] - bias;
      for (std::size_t f = 0; f < q.size(); ++f) error -= factor(f) * q[f];
      for (std::size_t f = 0; f < q.size(); ++f) slope[f] += lambda.q * q[f] - error * factor(f);
      bias_slope += lambda.bias * bias - error;
    }
    for (std::size_t f = 0; f < q.size(); ++f) q[f] -= 0.01 * slope[f];
    bias -= 0.01 * bias_slope;
  }
  return {q, bias};
}

/// Every 20th item of some ratings is new: RMSE of them on a tenth of the ratings, of a fit to all other ratings, of the
/// new items added to a fit without them, and of biases alone.
struct HeldOut {
  double full, added, biases;
};
HeldOut held_out(const SparseMatrixView<float>& ratings, int factors) {
  std::vector<Index> place(static_cast<std::size_t>(ratings.cols()));
  const auto fresh = static_cast<Index>(ratings.cols() / 20);
  const auto old = static_cast<Index>(ratings.cols()) - fresh;
  std::iota(place.begin(), place.end(), 0);
  Random random(1);
  random.shuffle(std::span(place));
  std::vector<Rating<float>> some, learned, tested;
  for (Index user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      const Rating<float> rating{user, place[static_cast<std::size_t>(row.items[t])], row.ratings[t]};
      const bool is_test = random.uniform() < 0.1;
      if (!is_test) learned.push_back(rating);
      if (!is_test && rating.item < old) some.push_back(rating);
      if (is_test && rating.item >= old) tested.push_back(rating);
    }
  }
  const auto train = SparseMatrix<float>::from_triplets(ratings.rows(), ratings.cols(), learned);
  AsySVD<float> full({.factors = factors}), part({.factors = factors});
  full.fit(train);
  part.fit(SparseMatrix<float>::from_triplets(ratings.rows(), old, some));
  part.add_items(train);
  REQUIRE(part.items() == ratings.cols());
  const auto& p = part.parameters();
  HeldOut errors{0, 0, 0};
  for (const auto& [user, item, value] : tested) {
    errors.full += std::pow(full.predict(user, item) - value, 2);
    errors.added += std::pow(part.predict(user, item) - value, 2);
    errors.biases += std::pow(p.mean + p.user_bias[user] + p.item_baseline[item] - value, 2);
  }
  for (double* error : {&errors.full, &errors.added, &errors.biases}) {
    *error = std::sqrt(*error / static_cast<double>(tested.size()));
  }
  part.resume(train, 1);
  CHECK(part.items() == ratings.cols());
  CHECK_FALSE(part.parameters().x.matrix().bottomRows(fresh).isZero(0));
  MESSAGE("RMSE of new items: ", errors.added, "; fitted with the rest ", errors.full, ", biases ", errors.biases);
  return errors;
}

}  // namespace

TEST_CASE("a new item is where descent would end, and nothing else has moved") {
  const auto ratings = ratings_of_all();
  const auto before = first_items(ratings);
  for (const int members : {1, 2}) {
    Options options{.factors = 5, .regularization = {.q = 0.3, .bias = 0.2}, .members = members};
    auto model = model_of<AsySVD<double>>(before, options);
    const auto scores = scores_of_known(model);
    model.add_items(ratings);
    REQUIRE(model.items() == all);
    CHECK(scores_of_known(model) == scores);
    const auto& p = model.parameters();
    for (const Index item : {12, 13}) {
      double bias = 0, above_mean = 0;
      Size first = 0;
      for (int m = 0; m < members; ++m) {
        const Size factors = options.member_factors(m);
        const auto [q, own_bias] = descended(model, ratings, item, first, factors);
        for (std::size_t f = 0; f < q.size(); ++f) {
          CHECK(p.q.row(item)[first + static_cast<Size>(f)] == doctest::Approx(q[f] / members).epsilon(1e-9));
        }
        bias += own_bias / members;
        first += factors;
      }
      CHECK(p.item_bias[static_cast<std::size_t>(item)] == doctest::Approx(bias).epsilon(1e-9));
      CHECK(p.x.row(item).isZero(0));
      CHECK(p.y.row(item).isZero(0));
      Size count = 0;
      for (Index user = 0; user < users; ++user) {
        const auto row = ratings.row(user);
        for (std::size_t t = 0; t < row.items.size(); ++t) {
          if (row.items[t] != item) continue;
          above_mean += row.ratings[t] - 3;
          ++count;
        }
      }
      CHECK(p.item_baseline[static_cast<std::size_t>(item)] ==
            doctest::Approx(above_mean / (25 + static_cast<double>(count))));
    }
    CHECK(p.q.row(14).isZero(0));
    CHECK(p.item_bias[14] == 0);

    const test::TemporaryFile file("");
    save(model, file.path());
    auto again = load<AsySVD<double>>(file.path());
    again.set_ratings(ratings);
    CHECK(again.score(Profile<double>{{3, 4.0}}, 13) == model.score(Profile<double>{{3, 4.0}}, 13));
    CHECK(std::ranges::none_of(again.recommend(1, {.count = all}), [](const auto& s) { return s.item == 13; }));
  }
}

TEST_CASE("without biases and without any λ, a new item fits the ratings it has") {
  const auto ratings = ratings_of_all();
  const Options options{.factors = 4, .regularization = {.whole_q = 0}};
  auto model = model_of<AsySVD<double, ByUser, RawFeedback>>(first_items(ratings), options);
  const std::vector<Rating<double>> one{{7, 12, 4.0}, {8, 12, 2.0}};
  model.add_items(SparseMatrix<double>::from_triplets(users, 13, one));
  CHECK(model.score(7, 12) == doctest::Approx(4));
  CHECK(model.score(8, 12) == doctest::Approx(2));
}

TEST_CASE("a new item of a ranking model is the least-squares solution over all users") {
  const auto ratings = ratings_of_all();
  const auto check = [&](const InteractionFeedback& feedback, bool leave_one_out, bool has_zeros) {
    auto parameters = test::any_model<RankingModel<double>>(users, known, {.factors = 4}, feedback).parameters();
    for (Index item = 0; has_zeros && item < known; ++item) parameters.x.row(item)[1] = 0;  // a factor of no use
    auto model = RankingModel<double>::restore({}, parameters, {}, feedback);
    model.set_ratings(first_items(ratings));
    const auto scores = scores_of_known(model);
    const RankingOptions options{.factors = 4, .dropout = 0.3, .ridge = 7, .leave_one_out = leave_one_out};
    add_items(model, ratings, options);
    REQUIRE(model.items() == all);
    CHECK(scores_of_known(model) == scores);

    Eigen::MatrixXd r = Eigen::MatrixXd::Zero(users, all);
    for (Index user = 0; user < users; ++user) {
      const auto row = ratings.row(user);
      for (std::size_t t = 0; t < row.items.size(); ++t) r(user, row.items[t]) = feedback.weight(row.ratings[t]);
    }
    const Eigen::VectorXd counts = r.rowwise().sum();
    const double mean = counts.sum() / static_cast<double>((counts.array() > 0).count());
    for (Index user = 0; user < users; ++user) {
      if (counts[user] > 0) r.row(user) *= std::pow(counts[user] / mean, -options.user_exponent / 2);
    }
    const Eigen::VectorXd squares = r.colwise().squaredNorm();
    const Eigen::MatrixXd x = model.parameters().x.matrix();
    const Eigen::VectorXd weights = (squares.array() * (0.3 / 0.7) + 7).sqrt();
    Eigen::MatrixXd stacked(users + all, 4);
    stacked << r * x, weights.asDiagonal() * x;
    for (const Index item : {12, 13, 14}) {
      Eigen::VectorXd right = Eigen::VectorXd::Zero(users + all);
      right.head(users) = r.col(item);
      Eigen::VectorXd q = stacked.colPivHouseholderQr().solve(right);
      if (leave_one_out) q /= std::sqrt(1 + (right - stacked * q).squaredNorm() / 7);
      CHECK((model.parameters().q.row(item) - q).norm() < 1e-8);
    }
  };
  for (const auto& feedback : {InteractionFeedback::binary(), InteractionFeedback::at_least(3)}) {
    for (const bool leave_one_out : {true, false}) {
      for (const bool has_zeros : {false, true}) check(feedback, leave_one_out, has_zeros);
    }
  }
}

TEST_CASE("items that can't be added leave the model as it was") {
  const auto ratings = ratings_of_all();
  AsySVD<double> unfitted;
  CHECK_THROWS_AS(unfitted.add_items(ratings), std::invalid_argument);
  auto model = model_of<AsySVD<double>>(first_items(ratings), {.factors = 5});
  const auto refused = [&](const SparseMatrixView<double>& these) {
    CHECK_THROWS_AS(model.add_items(these), std::invalid_argument);
    CHECK(model.items() == known);
  };
  const auto one = [](Size rows, Size cols, Index item, double value) {
    return SparseMatrix<double>::from_triplets(rows, cols, std::vector<Rating<double>>{{0, item, value}});
  };
  refused(one(users, known - 1, 3, 4));
  refused(one(users + 1, all, 3, 4));
  const std::vector<double> infinite{std::numeric_limits<double>::infinity()};
  refused(one(users, all, known, 4).with_values(infinite));
  const std::vector<Rating<double>> too_large{{1, known, 1.7e308}, {2, known, 1.7e308}};
  refused(SparseMatrix<double>::from_triplets(users, all, too_large));
  model.add_items(one(users, known, 3, 4));
  CHECK(model.items() == known);

  auto ranking = model_of<RankingModel<double>>(first_items(ratings), {.factors = 4});
  CHECK_THROWS_AS(add_items(ranking, one(users, known - 1, 3, 4)), std::invalid_argument);
  CHECK_THROWS_AS(add_items(ranking, one(users + 1, all, 3, 4)), std::invalid_argument);
  CHECK_THROWS_AS(add_items(ranking, ratings, {.ridge = 0}), std::invalid_argument);
  CHECK(ranking.items() == known);

  auto parameters = ranking.parameters();
  parameters.epoch = 0;
  auto in_closed_form = RankingModel<double>::restore({}, parameters);
  CHECK_THROWS_WITH_AS(add_items(in_closed_form, ratings),
                       "asysvd::add_items: number of users with ratings is 0; expected all of them; see set_ratings",
                       std::invalid_argument);
  in_closed_form.set_ratings(first_items(ratings));
  CHECK_THROWS_AS(in_closed_form.add_items(ratings), std::invalid_argument);
}

TEST_CASE("generated ratings: new items are predicted nearly as well as if they had been there") {
  const auto errors = held_out(synthetic(movielens_100k()).ratings, 10);
  CHECK(errors.added < errors.full + 0.005);
  CHECK(errors.added < errors.biases - 0.01);
}

TEST_CASE("MovieLens-100K: new items are predicted nearly as well as if they had been there" *
          doctest::test_suite("real data")) {
  const auto path = test::real_data("ml-100k/u.data");
  if (!path) return;
  const auto errors = held_out(read_ratings<float>(*path).ratings, 50);
  CHECK(errors.added < errors.full + 0.01);
  CHECK(errors.added < errors.biases - 0.05);
}
