// SPDX-License-Identifier: MIT
// Memory that runs out at any allocation of learning or serving: std::bad_alloc reaches the caller, out of any thread,
// the model or session is as it was, to the last bit, and nothing is leaked.
#include <asysvd/model.hpp>
#include <asysvd/ranking_model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "faults/failing_allocation.hpp"
#include "random_ratings.hpp"

using namespace asysvd;
using test::fail_at_each_allocation;

namespace {

// Whole users, through the exact pass; and single ratings, where the number of members is free.
using ByPass = AsySVD<float, ByUser, ExplicitFeedback, 4>;
using BySteps = AsySVD<float, Shuffled, FullFeedback>;

const auto ratings = test::random_ratings<float>(25, 20, 12, 1);
const auto more = test::random_ratings<float>(30, 24, 12, 2);
const auto wide = ratings.with_implicit(test::random_ratings<float>(25, 20, 5, 3));
const Options options{.factors = 6, .epochs = 3, .learning_rate = 0.02, .members = 2, .averaging = 0.3};

bool same(const FactorMatrix<float>& a, const FactorMatrix<float>& b) {
  return a.rows() == b.rows() && a.factors() == b.factors() && a.matrix() == b.matrix();
}

bool same(const Parameters<float>& a, const Parameters<float>& b) {
  return same(a.q, b.q) && same(a.x, b.x) && same(a.y, b.y) && a.item_bias == b.item_bias &&
         a.user_bias == b.user_bias && a.epoch == b.epoch;
}

bool same(const std::vector<Parameters<float>>& a, const std::vector<Parameters<float>>& b) {
  return std::ranges::equal(a, b, [](const auto& one, const auto& other) { return same(one, other); });
}

/// All that a model holds: what it answers from, what it would go on from, and what it tells of its fit.
template <class Model>
bool same_model(const Model& a, const Model& b) {
  const auto seconds = [](const FitReport& report) {
    std::vector<double> all;
    for (const auto& epoch : report.epochs) all.push_back(epoch.seconds);
    return all;
  };
  return same(a.parameters(), b.parameters()) && same(a.ensemble().members, b.ensemble().members) &&
         same(a.ensemble().averages, b.ensemble().averages) && a.ensemble().epoch == b.ensemble().epoch &&
         same(a.user_factors(), b.user_factors()) && a.report().best_epoch == b.report().best_epoch &&
         seconds(a.report()) == seconds(b.report()) && a.ratings().values().data() == b.ratings().values().data() &&
         a.ratings().implicit() == b.ratings().implicit();
}

template <class Model>
Model fitted() {
  Model model(options);
  model.fit(ratings);
  return model;
}

/// `learn` fails wherever it can, and after so many failures goes through.
template <class Model, class Learn>
void check_learning(const Model& model, const Learn& learn, long at_least) {
  CHECK(fail_at_each_allocation(model, learn, same_model<Model>) >= at_least);
  auto changed = model;
  learn(changed);
  CHECK_FALSE(same_model(changed, model));
}

}  // namespace

TEST_CASE("a fit that runs out of memory leaves the model as it was") {
  check_learning(
      fitted<ByPass>(), [](ByPass& model) { model.fit(more); }, 20);
  check_learning(
      BySteps(options), [](BySteps& model) { model.fit(wide); }, 20);
}

TEST_CASE("so does one that is measured, learned again and kept on the way, on several threads") {
  const auto learn = [](BySteps& model) {
    FitState<float> kept;
    FitOptions<float> watched{.validation_fraction = 0.3, .patience = 2, .refit = true, .threads = 3};
    watched.checkpoint = [&](const FitState<float>& state) { kept = state; };
    model.fit(more, watched);
  };
  check_learning(fitted<BySteps>(), learn, 100);
}

TEST_CASE("so does one whose threads have copies of the members: in shards, or where one runs ahead") {
  check_learning(
      fitted<ByPass>(), [](ByPass& model) { model.fit(more, {.threads = 2, .shards = 2}); }, 20);
  auto three = options;
  three.members = 3;
  check_learning(
      ByPass(three), [](ByPass& model) { model.fit(more, {.threads = 2}); }, 20);
}

TEST_CASE("so does whatever goes on from a fit") {
  const auto model = fitted<BySteps>();
  check_learning(
      model, [](BySteps& m) { m.resume(more, 2, {.threads = 2}); }, 20);
  check_learning(
      model, [](BySteps& m) { m.partial_fit(more, 5); }, 20);
  const auto new_items = test::random_ratings<float>(25, 24, 12, 4);
  check_learning(
      model, [&](BySteps& m) { m.add_items(new_items); }, 10);
  check_learning(
      model, [](BySteps& m) { m.set_ratings(wide); }, 1);
  const auto restored = BySteps::restore(model.options(), model.parameters());
  check_learning(
      restored, [](BySteps& m) { m.resume(ratings, 2); }, 20);
}

TEST_CASE("a model for ranking is there or not") {
  const RankingOptions wanted{.factors = 4, .ridge = 10, .threads = 2};
  CHECK(fail_at_each_allocation([&] { (void)fit_ranking(ratings, wanted); }) >= 20);
  const auto model = fit_ranking(ratings, wanted);
  const auto new_items = test::random_ratings<float>(25, 24, 12, 4);
  CHECK(fail_at_each_allocation(
            model, [&](auto& grown) { add_items(grown, new_items, wanted); },
            [](const auto& a, const auto& b) { return same(a.parameters(), b.parameters()); }) >= 10);
}

TEST_CASE("whoever asks is answered or told that there is no memory") {
  const auto model = fitted<BySteps>();
  const Profile<float> somebody{{3, 5.0f}, {7, 2.0f}, {12, 4.0f}};
  CHECK(fail_at_each_allocation([&] { (void)model.predict(somebody, 5); }) >= 1);
  CHECK(fail_at_each_allocation([&] { (void)model.recommend(somebody, {.count = 5}); }) >= 1);
  CHECK(fail_at_each_allocation([&] { (void)model.explain(somebody, 5); }) >= 1);
  CHECK(fail_at_each_allocation([&] { (void)model.similar_items(3, 5); }) >= 1);
  for (const int threads : {1, 3}) {
    const auto everybody = [&] {
      Size lists = 0;
      model.recommend_all({.count = 5, .threads = threads}, [&](Index, auto&&) { ++lists; });
      if (lists != model.users()) FAIL("somebody got no list");
    };
    CHECK(fail_at_each_allocation(everybody) >= 10);
  }
}

TEST_CASE("an edit of a session that runs out of memory was not made") {
  const auto model = fitted<BySteps>();
  using Session = UserSession<BySteps>;
  const auto same_session = [](const Session& a, const Session& b) {
    const auto equal = [](auto one, auto other) { return std::ranges::equal(one, other); };
    const auto own = a.profile().view(), other = b.profile().view();
    bool all = equal(own.items, other.items) && equal(own.ratings, other.ratings) && equal(own.unrated, other.unrated);
    for (Index item = 0; item < 20; ++item) all = all && a.score(item) == b.score(item);
    return all;
  };
  Session session(model);
  CHECK(fail_at_each_allocation([&] { (void)Session(model, ratings.row(1)); }) >= 1);
  long failures = 0;
  // From one edit to the next, sums are made anew now and then.
  for (const Index item : {3, 7, 3, 12, 15, 7, 1, 2, 3, 4}) {
    const auto rating = static_cast<float>(1 + item % 5);
    for (int edit = 0; edit < 4; ++edit) {
      const auto change = [&](Session& s) {
        if (edit == 0) s.add_unrated(item);
        if (edit == 1) s.set(item, rating);
        if (edit == 2) s.set(item, rating > 2 ? 1e6f : 4.0f);
        if (edit == 3) s.erase(item);
      };
      failures += fail_at_each_allocation(session, change, same_session);
      if (edit < 3 || item % 2 == 0) change(session);
    }
  }
  CHECK(failures >= 10);
}
