// SPDX-License-Identifier: MIT
// Members and averages: one model that predicts the mean of several.
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;
using test::same_bits;

TEST_CASE_TEMPLATE("an ensemble predicts the mean of its members", Feedback, FullFeedback, ExplicitFeedback,
                   ImplicitFeedback, RawFeedback) {
  const auto ratings = test::random_ratings<double>(40, 30, 15, 1);
  const SparseMatrixView<double>& view = ratings;
  for (const int members : {1, 2, 3, 5}) {
    const Options options{.factors = 7, .members = members};
    constexpr auto parts = FeedbackParts::of<Feedback>();
    const auto ensemble = Ensemble<double>::start(view, summarize(view, options, parts), options, parts);
    REQUIRE(static_cast<int>(ensemble.members.size()) == members);
    auto whole = AsySVD<double, ByUser, Feedback>::restore(options, ensemble.joined());
    whole.set_ratings(ratings);
    CHECK(whole.parameters().factors() == 7);
    std::vector<AsySVD<double, ByUser, Feedback>> each;
    int factors = 0;
    for (const auto& member : ensemble.members) {
      factors += member.factors();
      auto one = options;
      one.members = 1;
      each.push_back(AsySVD<double, ByUser, Feedback>::restore(one, member));
      each.back().set_ratings(ratings);
    }
    CHECK(factors == 7);
    for (Index user = 0; user < 40; ++user) {
      for (Index item = 0; item < 30; ++item) {
        double sum = 0;
        for (const auto& member : each) sum += member.score(user, item);
        CHECK(whole.score(user, item) == doctest::Approx(sum / members).epsilon(1e-12));
      }
    }
    // Parted again, they are what they were.
    const auto again = Ensemble<double>::parted(ensemble.joined(), options);
    for (std::size_t m = 0; m < again.members.size(); ++m) {
      CHECK(again.members[m].q.matrix().isApprox(ensemble.members[m].q.matrix(), 1e-14));
      CHECK((Feedback::has_explicit ? again.members[m].x.matrix() == ensemble.members[m].x.matrix() : true));
      CHECK((Feedback::has_implicit ? again.members[m].y.matrix() == ensemble.members[m].y.matrix() : true));
    }
  }
}

TEST_CASE("members start apart, and learn apart") {
  const auto ratings = test::random_ratings<double>(40, 30, 15, 2);
  const SparseMatrixView<double>& view = ratings;
  const Options options{.factors = 8, .members = 2};
  constexpr auto parts = FeedbackParts::of<FullFeedback>();
  const auto ensemble = Ensemble<double>::start(view, summarize(view, options, parts), options, parts);
  CHECK_FALSE(ensemble.members[0].q.matrix() == ensemble.members[1].q.matrix());
}

TEST_CASE("the average over the epochs has the weights it is said to have") {
  const auto ratings = test::random_ratings<double>(40, 30, 15, 3);
  const double weight = 0.3;
  Options options{.factors = 4, .epochs = 5, .learning_rate = 0.02, .members = 1, .averaging = 1};
  std::vector<Parameters<double>> iterates;
  for (int epochs = 1; epochs <= 5; ++epochs) {
    AsySVD<double> model(options);
    model.fit(ratings, {}, [&](const Progress& progress) { return progress.epoch.epoch < epochs; });
    iterates.push_back(model.parameters());
  }
  options.averaging = weight;
  AsySVD<double> averaged(options);
  averaged.fit(ratings);
  double sum_of_weights = 0, q = 0, bias = 0;
  for (int e = 0; e < 5; ++e) {
    const double share = weight * std::pow(1 - weight, 4 - e);
    sum_of_weights += share;
    q += share * iterates[static_cast<std::size_t>(e)].q.row(3)[2];
    bias += share * iterates[static_cast<std::size_t>(e)].user_bias[7];
  }
  CHECK(averaged.parameters().q.row(3)[2] == doctest::Approx(q / sum_of_weights).epsilon(1e-12));
  CHECK(averaged.parameters().user_bias[7] == doctest::Approx(bias / sum_of_weights).epsilon(1e-12));
}

TEST_CASE("the number of threads changes nothing but the time, however a fit ends") {
  const auto ratings = test::random_ratings<float>(60, 40, 20, 4);
  const auto validation = test::random_ratings<float>(60, 40, 5, 5);
  const SparseMatrixView<float> measured_on = validation;
  const auto same_reports = [](const FitReport& a, const FitReport& b) {
    CHECK(a.stop_reason == b.stop_reason);
    CHECK(a.best_epoch == b.best_epoch);
    REQUIRE(a.epochs.size() == b.epochs.size());
    for (std::size_t e = 0; e < a.epochs.size(); ++e) {
      CHECK(a.epochs[e].samples == b.epochs[e].samples);
      CHECK(a.epochs[e].train_rmse == b.epochs[e].train_rmse);
      CHECK(a.epochs[e].validation == b.epochs[e].validation);
    }
  };
  struct Ending {
    StopReason reason;
    FitOptions<float> fit_options{};
    double learning_rate = 0.01;
    int cancelled_at = 100;
  };
  const Ending endings[] = {
      {StopReason::max_epochs},
      {StopReason::max_epochs, {.validation = &measured_on, .refit = true}},
      {StopReason::early_stopped, {.validation = &measured_on, .patience = 2, .minimum_change = 1}},
      {StopReason::cancelled, {}, 0.01, 4},
      {StopReason::diverged, {}, 9},
  };
  for (const auto& ending : endings) {
    const Options options{
        .factors = 20, .epochs = 12, .learning_rate = ending.learning_rate, .members = 5, .averaging = 0.2};
    const auto fit = [&](AsySVD<float>& model, int threads) {
      auto fit_options = ending.fit_options;
      fit_options.threads = threads;
      return model.fit(ratings, fit_options,
                       [&](const Progress& progress) { return progress.epoch.epoch < ending.cancelled_at; });
    };
    AsySVD<float> one(options);
    const auto report = fit(one, 1);
    REQUIRE(report.stop_reason == ending.reason);
    for (const int threads : {2, 3, 5, 16}) {
      AsySVD<float> many(options);
      same_reports(report, fit(many, threads));
      CHECK(same_bits(one, many));
    }
  }
}

TEST_CASE("a fit on several threads goes on from each of its states to the same bits") {
  const auto ratings = test::random_ratings<float>(60, 40, 20, 6);
  const Options options{.factors = 9, .epochs = 6, .members = 3, .averaging = 0.2};
  AsySVD<float> whole(options);
  std::vector<FitState<float>> states;
  whole.fit(ratings, {.threads = 2, .checkpoint = [&](const FitState<float>& state) { states.push_back(state); }});
  REQUIRE(states.size() == 5);
  for (const auto& state : states) {
    AsySVD<float> again(options);
    again.fit(ratings, {.threads = 2, .from = &state});
    CHECK(same_bits(whole, again));
  }
}

TEST_CASE("by default there are as many members as have about ten factors") {
  const auto count = [](int factors) { return Options{.factors = factors, .members = 0}.member_count(); };
  CHECK(count(1) == 1);
  CHECK(count(14) == 1);
  CHECK(count(15) == 2);
  CHECK(count(50) == 5);
  CHECK(Options{.factors = 32}.member_factors(0) == 11);
  CHECK(Options{.factors = 32}.member_factors(2) == 10);
}

TEST_CASE("more members than factors are refused, and a type that fixes the factors has one") {
  CHECK_THROWS_WITH_AS(AsySVD<float>({.factors = 3, .members = 4}), doctest::Contains("members is 4"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(AsySVD<float>({.averaging = 0}), doctest::Contains("averaging is 0"), std::invalid_argument);
  CHECK((AsySVD<float, ByUser, FullFeedback, 12>({.members = 3}).options().members) == 1);
}
