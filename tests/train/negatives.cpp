// SPDX-License-Identifier: MIT
// Learning towards 1 for what was rated and 0 for what was drawn beside it.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/fold_in.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/io/checkpoint.hpp>
#include <asysvd/io/safetensors.hpp>
#include <asysvd/model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "random_ratings.hpp"
#include "reference_descent.hpp"
#include "same_bits.hpp"
#include "temporary_file.hpp"

using namespace asysvd;
using test::same_bits;

namespace {

using Visit = std::pair<Index, std::vector<Index>>;  // a user, and the samples as they were learned from

/// `WithNegatives` that tells what it was asked for.
struct Recorded {
  int quota = 10;
  std::shared_ptr<std::vector<Visit>> visits = std::make_shared<std::vector<Visit>>();

  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [visits = visits, users = ByUser{}.start(ratings)](Random& random, auto&& visit) mutable {
      users(random, [&](Index user) {
        visits->push_back({user, {}});
        visit(user);
      });
    };
  }
  void arrange(std::span<Index> samples, Random& random) const {
    WithNegatives::arrange(samples, random);
    visits->back().second.assign(samples.begin(), samples.end());
  }
};
static_assert(NegativeSampler<Recorded>);

Options options_for(int factors, bool leave_one_out, Shrink shrink) {
  Options options{.factors = factors, .epochs = 3, .learning_rate = 0.02, .schedule = Schedule::exponential(0.9)};
  options.regularization = {
      .x = 0.1, .y = 0.03, .q = 0.05, .bias = 0.02, .whole_q = 0.7, .whole_user = 0.3, .whole_item = 0.5};
  options.initialization = Initialization::normal(0.8);
  options.members = 1;
  options.averaging = 1;
  options.leave_one_out = leave_one_out;
  options.shrink = shrink;
  return options;
}

/// How often each item is a sample on average, by counting cells.
std::vector<double> expected_counts(const SparseMatrixView<double>& ratings, int quota) {
  std::vector<double> counts(static_cast<std::size_t>(ratings.cols()), 0.0);
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto profile = ratings.row(user);
    std::vector<bool> met(counts.size(), false);
    for (const auto items : {profile.items, profile.unrated}) {
      for (const Index item : items) met[static_cast<std::size_t>(item)] = true;
    }
    const auto others = static_cast<double>(std::ranges::count(met, false));
    for (const Index item : profile.items) ++counts[static_cast<std::size_t>(item)];
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (!met[i]) counts[i] += quota * static_cast<double>(profile.size()) / others;
    }
  }
  for (double& count : counts) count = std::max(1.0, std::round(count));
  return counts;
}

/// One step of plain descent: μ and b_u play no part but in c_j.
void step(test::ReferenceModel& model, ProfileView<double> profile, Index user, Index sample, double weight,
          const Options& options, double eta) {
  const bool drawn = sample < 0;
  const Index item = drawn ? -1 - sample : profile.items[static_cast<std::size_t>(sample)];
  const int left_out = options.leave_one_out && !drawn ? sample : -1;
  const auto p = model.user_factors(profile, user, left_out);
  const auto old = model.q[item];
  double error = (drawn ? 0 : 1) - model.item_bias[item];
  for (std::size_t f = 0; f < p.size(); ++f) error -= p[f] * old[f];
  error *= weight;
  if (model.has_biases)
    model.item_bias[item] += eta * (error - model.lambda_item(item, options) * model.item_bias[item]);
  const bool shrinks = options.shrink == Shrink::per_sample;
  const double lambda_x = shrinks ? options.regularization.x : 0, lambda_y = shrinks ? options.regularization.y : 0;
  for (std::size_t f = 0; f < p.size(); ++f) {
    model.q[item][f] += eta * (error * p[f] - model.lambda_q(item, options) * old[f]);
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const double e = static_cast<int>(t) == left_out ? 0 : error;
      if (model.has_explicit)
        model.x[j][f] += eta * (e * model.c(profile, user, t) * old[f] - lambda_x * model.x[j][f]);
      if (model.has_implicit) model.y[j][f] += eta * (e * model.d(profile) * old[f] - lambda_y * model.y[j][f]);
    }
    for (const Index j : profile.unrated) {
      if (model.has_implicit) model.y[j][f] += eta * (error * model.d(profile) * old[f] - lambda_y * model.y[j][f]);
    }
  }
}

template <class Feedback>
test::ReferenceModel trained_reference(const SparseMatrixView<double>& ratings, const Options& options,
                                       const Recorded& sampler, const std::vector<double>& weights = {}) {
  auto model = test::ReferenceModel::from(initial_parameters<double, Feedback>(ratings, options), Feedback{}, ratings,
                                          options.user_shrinkage);
  model.counts = expected_counts(ratings, sampler.quota);
  std::ranges::fill(model.item_bias, 0.0);
  std::ranges::fill(model.user_bias, 0.0);
  auto without_rows = options;
  without_rows.regularization.x = without_rows.regularization.y = 0;
  std::size_t visit = 0;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const double eta = options.learning_rate * options.schedule.factor(epoch, options.epochs);
    for (Size n = 0; n < ratings.rows(); ++n) {
      const auto& [user, samples] = sampler.visits->at(visit++);
      const auto profile = ratings.row(user);
      for (const Index sample : samples) {
        const bool weighed = sample >= 0 && !weights.empty();
        step(model, profile, user, sample, weighed ? weights[ratings.offset(user) + sample] : 1.0, options, eta);
      }
      if (options.shrink == Shrink::per_sample || samples.empty()) continue;
      for (std::size_t f = 0; f < model.factors(); ++f) {
        for (const auto items : {profile.items, profile.unrated}) {
          for (const Index j : items) {
            if (model.has_explicit && items.data() == profile.items.data()) {
              model.x[j][f] *= 1 - eta * options.regularization.x;
            }
            if (model.has_implicit) model.y[j][f] *= 1 - eta * options.regularization.y;
          }
        }
      }
    }
  }
  CHECK(visit == sampler.visits->size());
  return model;
}

const auto ratings = test::random_ratings<float>(60, 40, 20, 1);
const Options options{.factors = 6, .epochs = 6, .learning_rate = 0.02, .members = 2, .averaging = 0.5};
using Model = AsySVD<float, WithNegatives>;

Model fitted() {
  Model model(options);
  model.fit(ratings);
  return model;
}

std::vector<Index> items_of(const std::vector<ScoredItem<float>>& list) {
  std::vector<Index> items;
  for (const auto& scored : list) items.push_back(scored.item);
  return items;
}

}  // namespace

TEST_CASE_TEMPLATE("the user pass is sequential gradient descent over the drawn samples as well", Feedback, RawFeedback,
                   ImplicitFeedback, ExplicitFeedback, FullFeedback) {
  const auto bare = test::random_ratings<double>(25, 20, 12, 1);
  const SparseMatrixView<double> wider = bare.with_implicit(test::random_ratings<double>(22, 20, 9, 7));
  for (const bool wide : {false, true}) {
    if (wide && !Feedback::has_implicit) continue;
    const SparseMatrixView<double>& train = wide ? wider : bare;
    for (const bool leave_one_out : {false, true}) {
      for (const Shrink shrink : {Shrink::per_visit, Shrink::per_sample}) {
        for (const int factors : {5, 21, 140}) {  // two samples at a time, and one
          CAPTURE(wide);
          CAPTURE(leave_one_out);
          CAPTURE(static_cast<int>(shrink));
          CAPTURE(factors);
          const auto these = options_for(factors, leave_one_out, shrink);
          const Recorded sampler{3};
          AsySVD<double, Recorded, Feedback> model(these, sampler);
          CHECK(model.fit(train).stop_reason == StopReason::max_epochs);
          const auto reference = trained_reference<Feedback>(train, these, sampler);
          REQUIRE(test::largest_difference(initial_parameters<double, Feedback>(train, these), reference) > 0.05);
          CHECK(test::largest_difference(model.parameters(), reference) < 1e-12);
        }
      }
    }
  }
}

TEST_CASE("weights are those of the ratings; what is drawn counts once") {
  const auto train = test::random_ratings<double>(25, 20, 12, 5);
  std::vector<double> weights;
  for (Size p = 0; p < train.nonzeros(); ++p) weights.push_back(static_cast<double>(p % 4) / 2);
  const auto these = options_for(9, true, Shrink::per_sample);
  const Recorded sampler{2};
  AsySVD<double, Recorded> model(these, sampler);
  model.fit(train, {.weights = weights});
  CHECK(test::largest_difference(model.parameters(), trained_reference<FullFeedback>(train, these, sampler)) > 1e-3);
  CHECK(test::largest_difference(model.parameters(), trained_reference<FullFeedback>(train, these, sampler, weights)) <
        1e-12);
}

TEST_CASE("each rating is a sample once, beside its quota of others, none of them in N(u) and all as likely") {
  const auto bare = test::random_ratings<float>(25, 20, 12, 1);
  const auto wider = bare.with_implicit(test::random_ratings<float>(22, 20, 9, 7));
  for (const SparseMatrixView<float>& train : {SparseMatrixView<float>(bare), SparseMatrixView<float>(wider)}) {
    for (const int quota : {1, 7}) {
      const Recorded sampler{quota};
      AsySVD<float, Recorded> model({.factors = 4, .epochs = 200, .members = 1}, sampler);
      const auto report = model.fit(train);
      std::map<Index, std::map<Index, int>> drawn;
      Size samples = 0;
      for (const auto& [user, order] : *sampler.visits) {
        const auto profile = train.row(user);
        samples += static_cast<Size>(order.size());
        std::vector<Index> positions;
        for (const Index sample : order) {
          if (sample >= 0) {
            positions.push_back(sample);
            continue;
          }
          REQUIRE(-1 - sample < train.cols());
          REQUIRE_FALSE(std::ranges::binary_search(profile.items, -1 - sample));
          REQUIRE_FALSE(std::ranges::binary_search(profile.unrated, -1 - sample));
          ++drawn[user][-1 - sample];
        }
        std::ranges::sort(positions);
        REQUIRE(static_cast<Size>(positions.size()) == profile.size());
        for (std::size_t t = 0; t < positions.size(); ++t) REQUIRE(positions[t] == static_cast<Index>(t));
        REQUIRE(static_cast<Size>(order.size()) == (1 + quota) * profile.size());
      }
      CHECK(samples == 200 * report.epochs.front().samples);
      CHECK(samples == 200 * (1 + quota) * train.nonzeros());
      for (const auto& [user, counts] : drawn) {
        const auto others = static_cast<double>(train.cols() - train.row(user).implicit_size());
        const double mean = 200 * quota * static_cast<double>(train.row(user).size()) / others;
        CHECK(static_cast<double>(counts.size()) == others);
        for (const auto& [item, count] : counts) CHECK(std::abs(count - mean) < 5 * std::sqrt(mean));
      }
    }
  }
}

TEST_CASE("of somebody who has rated everything, and of nobody, nothing is drawn") {
  std::vector<Rating<float>> all;
  for (Index item = 0; item < 9; ++item) all.push_back({1, item, 3.0f});
  for (Index item = 0; item < 8; ++item) all.push_back({2, item, 4.0f});
  const auto train = SparseMatrix<float>::from_triplets(3, 9, all);
  const Recorded sampler{100};
  AsySVD<float, Recorded> model({.factors = 3, .epochs = 1}, sampler);
  CHECK(model.fit(train).epochs.front().samples == 9 + 8 * 101);
  for (const auto& [user, order] : *sampler.visits) {
    CHECK(order.size() == (user == 0 ? 0 : user == 1 ? 9 : 8 * 101));
    for (const Index sample : order) CHECK((sample >= 0 || sample == -1 - 8));
  }
}

TEST_CASE("the same seed gives the same bits, and the number of threads nothing") {
  const auto model = fitted();
  CHECK(same_bits(model, fitted()));
  Model threaded(options), other(options, {9});
  threaded.fit(ratings, {.threads = 2});
  CHECK(same_bits(model, threaded));
  other.fit(ratings);
  CHECK_FALSE(same_bits(model, other));
}

TEST_CASE("a user and the same profile have the same scores, which are explained to the last share") {
  const auto model = fitted();
  CHECK(model.parameters().mean == 0);
  CHECK(std::ranges::all_of(model.parameters().user_bias, [](float bias) { return bias == 0; }));
  for (const Index user : {0, 1, 2, 17}) {
    const auto profile = model.ratings().row(user);
    UserSession session(model, profile);
    const auto list = model.recommend(user, {.count = 10});
    CHECK(items_of(list) == items_of(model.recommend(profile, {.count = 10})));
    CHECK(items_of(list) == items_of(session.recommend({.count = 10})));
    for (Index item = 0; item < model.items(); ++item) {
      CHECK(model.score(user, item) == model.score(profile, item));
      CHECK(session.score(item) == doctest::Approx(model.score(user, item)).epsilon(1e-4).scale(1));
      CHECK(model.predict(user, item) == std::clamp(model.score(user, item), 0.0f, 1.0f));
      const auto why = model.explain(profile, item);
      double sum = why.bias;
      for (const auto& share : why.shares) sum += share.share;
      CHECK(sum == doctest::Approx(model.score(user, item)).epsilon(1e-4).scale(1));
      CHECK(why.bias == model.parameters().item_bias[static_cast<std::size_t>(item)]);
      for (const auto& share : why.shares) {
        Profile<float> rest(profile);
        rest.erase(share.item);
        CHECK(share.without == doctest::Approx(model.score(rest, item)).epsilon(1e-4).scale(1));
      }
    }
  }
}

TEST_CASE("it is saved, loaded, resumed and interrupted to the same bits") {
  const auto model = fitted();
  const test::TemporaryFile file("");
  save(model, file.path());
  auto again = load<Model>(file.path());
  again.set_ratings(ratings);
  CHECK(same_bits(model, again));
  CHECK(again.score(3, 5) == model.score(3, 5));

  Model half(options);
  half.fit(ratings, {.checkpoint = [&](const auto& state) {
             if (state.ensemble.epoch == 3) save_checkpoint(state, file.path());
           }});
  const auto state = load_checkpoint<float>(file.path());
  Model continued(options), stopped(options);
  continued.fit(ratings, {.from = &state});
  CHECK(same_bits(model, continued));

  stopped.fit(ratings, {}, [](const Progress& progress) { return progress.epoch.epoch < 4; });
  save(stopped, file.path(), {.resumable = true});
  auto resumed = load<Model>(file.path());
  resumed.resume(ratings, 2);
  CHECK(same_bits(model, resumed));
}

TEST_CASE("new ratings, users and items are learned from by resume, and new ratings by partial_fit") {
  auto model = fitted();
  const auto more = test::random_ratings<float>(70, 45, 20, 3);
  CHECK(model.resume(more, 2).stop_reason == StopReason::max_epochs);
  CHECK(model.items() == 45);
  CHECK(std::ranges::all_of(model.parameters().user_bias, [](float bias) { return bias == 0; }));
  CHECK(model.parameters().mean == 0);
  const auto before = model.score(2, 7);
  const auto report = model.partial_fit(
      SparseMatrix<float>::from_triplets(70, 45, std::vector<Rating<float>>{{2, 7, 5.0f}, {2, 9, 5.0f}}), 5);
  CHECK(report.epochs.front().samples == 11 * model.ratings().row(2).size());
  CHECK(model.score(2, 7) > before);
}

TEST_CASE("what makes no sense for targets of 1 and 0 is refused") {
  CHECK_THROWS_WITH_AS(
      Model({.rating_unit = 2}),
      "asysvd::AsySVD: rating_unit is 2; expected 0 or 1, because the targets of the sampler are 1 and 0",
      std::invalid_argument);
  CHECK_THROWS_AS(Model({}, {0}), std::invalid_argument);
  CHECK(Model().options().rating_unit == 1);
  Model model(options);
  CHECK_THROWS_AS(model.fit(ratings, {.validation_fraction = 0.1}), std::invalid_argument);
  CHECK_THROWS_AS(model.fit(ratings, {.validation = &ratings}), std::invalid_argument);
  const auto ndcg = maximize([](const auto& state, const auto& valid) {
    return ranking(state, state.ratings(), valid, {10}).at.front().ndcg;
  });
  const auto report = model.fit(ratings, {.validation_fraction = 0.1, .refit = true}, Unobserved{}, ndcg);
  CHECK(report.epochs.front().validation);
  CHECK(report.rating_unit == 1);
}

TEST_CASE("a step too large is a divergence, by the size of the targets") {
  auto wild = options;
  wild.learning_rate = 3;
  wild.regularization = {.x = 0, .y = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0};
  Model model(wild);
  CHECK(model.fit(ratings).stop_reason == StopReason::diverged);
  CHECK(model.parameters().all_finite());
}

TEST_CASE("generated ratings: it ranks far better than the same model of the ratings, new users as well") {
  const auto all = synthetic(movielens_100k()).ratings;
  const auto split = holdout(static_cast<const SparseMatrixView<float>&>(all), 0.2, 1);
  const SparseMatrixView<float>& train = split.train;
  const auto ndcg = [&](const auto& model) { return ranking(model, train, split.test, {10}).at.front().ndcg; };
  const Options small{.factors = 16, .epochs = 15, .members = 1};
  AsySVD<float> of_ratings(small);
  of_ratings.fit(train);
  Model of_items(small);
  const auto report = of_items.fit(train);
  MESSAGE("NDCG@10: by ratings ", ndcg(of_ratings), ", with negatives ", ndcg(of_items));
  CHECK(ndcg(of_items) > 1.5 * ndcg(of_ratings));
  CHECK(report.epochs.back().train_rmse < std::sqrt(10.0) / 11);  // of 1 in 11 for everything
  CHECK(ndcg(FoldIn(of_items, train)) == doctest::Approx(ndcg(of_items)));
}
