// SPDX-License-Identifier: MIT
// The fast passes against the slow oracle, for every scalar, feedback, leave-one-out, shrinking and width.
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <vector>

#include "random_ratings.hpp"
#include "reference_descent.hpp"

using namespace asysvd;
using test::ReferenceModel;

namespace {

/// The order of `Sequential`, one rating at a time: what the user pass does, done by the per-sample step.
struct SequentialRatings {
  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [ratings](Random&, auto&& visit) {
      for (Index user = 0; user < ratings.rows(); ++user) {
        for (Index t = 0; t < ratings.row(user).size(); ++t) visit(user, t);
      }
    };
  }
};
static_assert(RatingSampler<SequentialRatings> && !UserSampler<SequentialRatings>);

Options options_for(int factors, bool leave_one_out, Shrink shrink) {
  Options options;
  options.factors = factors;
  options.epochs = 3;
  options.learning_rate = 0.02;
  options.schedule = Schedule::exponential(0.9);
  options.regularization = {
      .x = 0.1, .y = 0.03, .q = 0.05, .bias = 0.02, .whole_q = 0.7, .whole_user = 0.3, .whole_item = 0.5};
  options.initialization = Initialization::normal(0.8);
  options.rating_unit = 1;
  options.members = 1;
  options.averaging = 1;
  options.leave_one_out = leave_one_out;
  options.shrink = shrink;
  return options;
}

template <class Scalar, class Feedback>
ReferenceModel trained_reference(const SparseMatrix<Scalar>& ratings, const Options& options,
                                 const std::vector<Scalar>& weights = {}, bool shared_out = false) {
  auto model = ReferenceModel::from(initial_members<Scalar, Feedback>(ratings, options).front(), Feedback{},
                                    static_cast<const SparseMatrixView<Scalar>&>(ratings), options.user_shrinkage);
  if (!weights.empty()) model.weights.assign(weights.begin(), weights.end());
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const double eta = options.learning_rate * options.schedule.factor(epoch, options.epochs);
    for (Size user = 0; user < ratings.rows(); ++user) {
      model.visit(static_cast<const SparseMatrixView<Scalar>&>(ratings), user, options, eta, shared_out);
    }
  }
  return model;
}

template <class Scalar>
constexpr double tolerance = std::is_same_v<Scalar, double> ? 1e-12 : 1e-4;

template <class Scalar, class Feedback>
using Variant = std::pair<Scalar, Feedback>;

}  // namespace

TEST_CASE_TEMPLATE("the user pass and the per-sample step are sequential gradient descent", V,
                   Variant<float, RawFeedback>, Variant<float, ImplicitFeedback>, Variant<float, ExplicitFeedback>,
                   Variant<float, FullFeedback>, Variant<double, RawFeedback>, Variant<double, ImplicitFeedback>,
                   Variant<double, ExplicitFeedback>, Variant<double, FullFeedback>) {
  using Scalar = typename V::first_type;
  using Feedback = typename V::second_type;
  const auto ratings = test::random_ratings<Scalar>(25, 20, 12, 1);
  for (const bool leave_one_out : {false, true}) {
    for (const Shrink shrink : {Shrink::per_visit, Shrink::per_sample}) {
      for (const int factors : {1, 5, 16, 21}) {
        CAPTURE(leave_one_out);
        CAPTURE(static_cast<int>(shrink));
        CAPTURE(factors);
        const auto options = options_for(factors, leave_one_out, shrink);
        const auto reference = trained_reference<Scalar, Feedback>(ratings, options);
        // The test would prove nothing on parameters that have hardly moved.
        const auto start = initial_members<Scalar, Feedback>(ratings, options).front();
        REQUIRE(test::largest_difference(start, reference) > 0.05);

        AsySVD<Scalar, Sequential, Feedback> by_user(options);
        CHECK(by_user.fit(ratings).stop_reason == StopReason::max_epochs);
        CHECK(test::largest_difference(by_user.parameters(), reference) < tolerance<Scalar>);

        // The step does not know which one ends a visit: a visit's worth is shared out over its ratings.
        AsySVD<Scalar, SequentialRatings, Feedback> by_rating(options);
        by_rating.fit(ratings);
        CHECK(test::largest_difference(by_rating.parameters(), trained_reference<Scalar, Feedback>(
                                                                   ratings, options, {}, true)) < tolerance<Scalar>);
      }
    }
  }
}

TEST_CASE_TEMPLATE("rows that weigh nothing in a profile receive nothing", Scalar, float, double) {
  // All ratings are what the baseline says, so c_j = 0, and there is no share of 0 to take.
  const auto ratings = SparseMatrix<Scalar>::from_triplets(
      2, 3, std::vector<Rating<Scalar>>{{0, 0, 3}, {0, 1, 3}, {1, 1, 3}, {1, 2, 3}});
  for (const bool leave_one_out : {false, true}) {
    auto options = options_for(5, leave_one_out, Shrink::per_sample);
    options.regularization = {.x = 0, .y = 0, .q = 0, .bias = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0};
    AsySVD<Scalar, Sequential, ExplicitFeedback> model(options);
    CHECK(model.fit(ratings).stop_reason == StopReason::max_epochs);
    CHECK(model.parameters().x.matrix() ==
          initial_members<Scalar, ExplicitFeedback>(ratings, options).front().x.matrix());
  }
}

TEST_CASE_TEMPLATE("where ratings have weights, both passes weigh their errors", Scalar, float, double) {
  const auto ratings = test::random_ratings<Scalar>(25, 20, 12, 5);
  std::vector<Scalar> weights;
  for (Size p = 0; p < ratings.nonzeros(); ++p) weights.push_back(static_cast<Scalar>(p % 4) / 2);
  const FitOptions<Scalar> weighted{.weights = weights};
  for (const bool leave_one_out : {false, true}) {
    const auto options = options_for(9, leave_one_out, Shrink::per_sample);
    const auto reference = trained_reference<Scalar, FullFeedback>(ratings, options, weights);
    AsySVD<Scalar, Sequential> by_user(options);
    by_user.fit(ratings);
    CHECK(test::largest_difference(by_user.parameters(), reference) > 1e-3);
    by_user.fit(ratings, weighted);
    CHECK(test::largest_difference(by_user.parameters(), reference) < tolerance<Scalar>);
    AsySVD<Scalar, SequentialRatings> by_rating(options);
    by_rating.fit(ratings, weighted);
    CHECK(test::largest_difference(by_rating.parameters(), reference) < tolerance<Scalar>);
  }
}

TEST_CASE_TEMPLATE("with an N(u) of its own, both passes are sequential gradient descent", V,
                   Variant<float, ImplicitFeedback>, Variant<float, FullFeedback>, Variant<double, ImplicitFeedback>,
                   Variant<double, FullFeedback>) {
  using Scalar = typename V::first_type;
  using Feedback = typename V::second_type;
  const auto bare = test::random_ratings<Scalar>(25, 20, 12, 6);
  const auto ratings = bare.with_implicit(test::random_ratings<Scalar>(22, 20, 9, 7));
  for (const bool leave_one_out : {false, true}) {
    for (const Shrink shrink : {Shrink::per_visit, Shrink::per_sample}) {
      for (const int factors : {5, 140}) {
        const auto options = options_for(factors, leave_one_out, shrink);
        const auto reference = trained_reference<Scalar, Feedback>(ratings, options);
        REQUIRE(test::largest_difference(initial_members<Scalar, Feedback>(ratings, options).front(), reference) >
                0.05);

        AsySVD<Scalar, Sequential, Feedback> by_user(options);
        by_user.fit(ratings);
        CHECK(test::largest_difference(by_user.parameters(), reference) < tolerance<Scalar>);
        CHECK(test::largest_difference(by_user.parameters(), trained_reference<Scalar, Feedback>(bare, options)) >
              1e-2);
        AsySVD<Scalar, SequentialRatings, Feedback> by_rating(options);
        by_rating.fit(ratings);
        CHECK(test::largest_difference(by_rating.parameters(), trained_reference<Scalar, Feedback>(
                                                                   ratings, options, {}, true)) < tolerance<Scalar>);
      }
    }
  }
}

TEST_CASE("equal decays of x and y take one track, different ones two, and both are exact") {
  const auto ratings = test::random_ratings<double>(25, 20, 12, 2);
  for (const double lambda_y : {0.1, 0.1 + 1e-9}) {
    auto options = options_for(7, true, Shrink::per_sample);
    options.regularization.y = lambda_y;
    AsySVD<double, Sequential> model(options);
    model.fit(ratings);
    CHECK(test::largest_difference(model.parameters(), trained_reference<double, FullFeedback>(ratings, options)) <
          1e-12);
  }
}

TEST_CASE_TEMPLATE("a width fixed at compile time, each of run time, and the wide loop compute the same", Scalar, float,
                   double) {
  const auto ratings = test::random_ratings<Scalar>(12, 15, 8, 3);
  for (int factors = 8; factors <= 152; factors += 8) {
    CAPTURE(factors);
    const auto options = options_for(factors, true, Shrink::per_visit);
    AsySVD<Scalar, Sequential> model(options);
    model.fit(ratings);
    CHECK(test::largest_difference(model.parameters(), trained_reference<Scalar, FullFeedback>(ratings, options)) <
          tolerance<Scalar>);
  }
  AsySVD<Scalar, Sequential, FullFeedback, 24> fixed(options_for(24, true, Shrink::per_visit));
  AsySVD<Scalar, Sequential> dynamic(options_for(24, true, Shrink::per_visit));
  fixed.fit(ratings);
  dynamic.fit(ratings);
  CHECK(fixed.options().factors == 24);
  CHECK(fixed.parameters().q.matrix() == dynamic.parameters().q.matrix());
  AsySVD<Scalar, Sequential, FullFeedback, 200> wide(options_for(1, true, Shrink::per_visit));
  wide.fit(ratings);
  CHECK(test::largest_difference(wide.parameters(), trained_reference<Scalar, FullFeedback>(
                                                        ratings, options_for(200, true, Shrink::per_visit))) <
        tolerance<Scalar>);
}

TEST_CASE_TEMPLATE("the oracle's step is the gradient of the loss, by finite differences", Feedback, RawFeedback,
                   ImplicitFeedback, ExplicitFeedback, FullFeedback) {
  const auto ratings = test::random_ratings<double>(8, 10, 6, 4);
  const SparseMatrixView<double> view = ratings.with_implicit(test::random_ratings<double>(8, 10, 6, 8));
  for (const bool leave_one_out : {false, true}) {
    const auto options = options_for(3, leave_one_out, Shrink::per_sample);
    const auto before =
        ReferenceModel::from(initial_members<double, Feedback>(view, options).front(), Feedback{}, view, 10);
    Size user = 2;
    while (view.row(user).size() < 3 || view.row(user).unrated.empty()) ++user;
    const std::size_t position = 2;
    auto after = before;
    constexpr double eta = 1e-3;
    after.step(view, user, position, options, eta, options.regularization.x, options.regularization.y);

    // Every number of the model, one at a time: the step moved it by −η times the slope of the loss.
    const auto numbers = [](ReferenceModel& model) {
      std::vector<double*> all;
      for (auto* matrix : {&model.q, &model.x, &model.y}) {
        for (auto& row : *matrix) {
          for (double& value : row) all.push_back(&value);
        }
      }
      if (model.has_biases) {
        for (double& value : model.item_bias) all.push_back(&value);
        for (double& value : model.user_bias) all.push_back(&value);
      }
      return all;
    };
    auto probe = before;
    const auto probes = numbers(probe);
    const auto moved = numbers(after);
    double largest_move = 0;
    for (std::size_t n = 0; n < probes.size(); ++n) {
      const double old = *probes[n];
      constexpr double h = 1e-5;
      *probes[n] = old + h;
      const double above = probe.half_loss(view, user, position, options);
      *probes[n] = old - h;
      const double below = probe.half_loss(view, user, position, options);
      *probes[n] = old;
      const double move = *moved[n] - old;
      CHECK(move == doctest::Approx(-eta * (above - below) / (2 * h)).epsilon(1e-6).scale(1e-3));
      largest_move = std::max(largest_move, std::abs(move));
    }
    CHECK(largest_move > 1e-5);
  }
}
