// SPDX-License-Identifier: MIT
// Which state a fit leaves when it is measured on the way, and how it is refitted and resumed.
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;
using test::same_bits;

namespace {

const auto ratings = test::random_ratings<float>(60, 40, 20, 1);
const Options options{.factors = 6, .epochs = 6, .learning_rate = 0.02, .members = 2, .averaging = 0.5};

/// A metric that says what it is told to, epoch after epoch, whatever the model.
auto scripted(std::vector<double> values) {
  return [values = std::move(values), next = std::size_t{0}](const auto&) mutable { return values.at(next++); };
}

/// The model after so many epochs of the schedule that `options` have.
AsySVD<float> after(int epochs, const SparseMatrixView<float>& learned_from = ratings) {
  AsySVD<float> model(options);
  model.fit(learned_from, {}, [&](const Progress& progress) { return progress.epoch.epoch < epochs; });
  return model;
}

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a model that is validated less often than its epochs last is the trained one, measured at the end") {
  const auto validation = test::random_ratings<float>(60, 40, 3, 2);
  AsySVD<float> model(options);
  const auto report = model.fit(ratings, {.validation = &validation, .validate_every = 100, .patience = 1});
  CHECK(report.stop_reason == StopReason::max_epochs);
  CHECK(report.best_epoch == 6);
  for (std::size_t epoch = 0; epoch + 1 < 6; ++epoch) CHECK_FALSE(report.epochs[epoch].validation);
  CHECK(report.epochs[5].validation);
  CHECK(same_bits(model, after(6)));
}

TEST_CASE("measurements come after each so many epochs and after the last") {
  AsySVD<float> model(options);
  std::vector<int> measured;
  const auto report = model.fit(ratings, {.validate_every = 4}, Unobserved{}, minimize(scripted({1, 2})));
  for (const auto& epoch : report.epochs) {
    if (epoch.validation) measured.push_back(epoch.epoch);
  }
  CHECK(measured == std::vector<int>{4, 6});
  CHECK(report.best_epoch == 4);
  CHECK(same_bits(model, after(4)));
}

TEST_CASE("several threads measure, and serve, more users than each takes at a time, as one does") {
  const auto many = test::random_ratings<float>(3000, 40, 6, 7);
  const auto validation = test::random_ratings<float>(3000, 40, 3, 8);
  AsySVD<float> one(options), several(options);
  const auto measured = one.fit(many, {.validation = &validation}).epochs;
  const auto again = several.fit(many, {.validation = &validation, .threads = 3}).epochs;
  for (std::size_t epoch = 0; epoch < 6; ++epoch) CHECK(measured[epoch].validation == again[epoch].validation);
  CHECK(same_bits(one, several));
  CHECK(one.user_factors().matrix() == several.user_factors().matrix());

  const auto best = static_cast<std::size_t>(one.report().best_epoch - 1);
  CHECK(*measured[best].validation == doctest::Approx(rating_error(one, many, validation).rmse).epsilon(1e-6));
}

TEST_CASE("of equal measurements the earliest epoch is kept, and equal is not better") {
  AsySVD<float> model(options);
  const auto report = model.fit(ratings, {.patience = 3}, Unobserved{}, minimize(scripted({5, 4, 4, 4, 4, 4})));
  CHECK(report.stop_reason == StopReason::early_stopped);
  CHECK(report.epochs.size() == 5);
  CHECK(report.best_epoch == 2);
  CHECK(same_bits(model, after(2)));
}

TEST_CASE("where higher is better, the highest is kept") {
  AsySVD<float> model(options);
  const auto report = model.fit(ratings, {}, Unobserved{}, maximize(scripted({0.1, 0.3, 0.5, 0.2, 0.4, 0.1})));
  CHECK(report.best_epoch == 3);
  CHECK(report.epochs[2].validation == 0.5);
  CHECK(same_bits(model, after(3)));
}

TEST_CASE("what is not a number is never the best, and does not hide what is") {
  AsySVD<float> model(options);
  auto report =
      model.fit(ratings, {}, Unobserved{}, minimize(scripted({no_number, 3, no_number, 2, no_number, no_number})));
  CHECK(report.best_epoch == 4);
  CHECK(same_bits(model, after(4)));
  report = model.fit(ratings, {}, Unobserved{},
                     maximize(scripted({no_number, no_number, no_number, no_number, no_number, no_number})));
  CHECK(report.stop_reason == StopReason::max_epochs);
  CHECK(report.best_epoch == 6);
  CHECK(same_bits(model, after(6)));
  report = model.fit(ratings, {.patience = 2}, Unobserved{}, minimize(scripted({no_number, no_number, no_number})));
  CHECK(report.stop_reason == StopReason::early_stopped);
  CHECK(report.epochs.size() == 2);
}

TEST_CASE("where nothing measured is a number and the fit diverges, the model is the one of least training error") {
  auto fast = options;
  fast.epochs = 40;
  AsySVD<float> unwatched;
  FitReport expected;
  do {  // as fast as takes some epochs to diverge
    fast.learning_rate *= 1.05;
    REQUIRE(fast.learning_rate < 10);
    unwatched = AsySVD<float>(fast);
    expected = unwatched.fit(ratings);
  } while (expected.stop_reason != StopReason::diverged);
  REQUIRE(expected.best_epoch > 0);
  AsySVD<float> model(fast);
  const auto report = model.fit(ratings, {}, Unobserved{}, minimize([](const auto&) { return no_number; }));
  CHECK(report.stop_reason == StopReason::diverged);
  CHECK(report.best_epoch == expected.best_epoch);
  CHECK(same_bits(model, unwatched));
}

TEST_CASE("patience begins again with changes that are large enough, and small ones are kept all the same") {
  AsySVD<float> model(options);
  const auto report = model.fit(ratings, {.patience = 3, .minimum_change = 0.5}, Unobserved{},
                                minimize(scripted({5, 4, 3.9, 3.8, 3.7, 3.6})));
  CHECK(report.stop_reason == StopReason::early_stopped);
  CHECK(report.epochs.size() == 5);
  CHECK(report.best_epoch == 5);
  CHECK(same_bits(model, after(5)));
}

TEST_CASE("a metric is shown a model that serves the users as it will in the end") {
  AsySVD<float> model(options);
  std::vector<float> scores;
  model.fit(ratings, {}, Unobserved{}, minimize([&](const AsySVD<float>& candidate) {
              scores.push_back(candidate.score(3, 5));
              CHECK(candidate.users() == 60);
              CHECK(candidate.recommend(3).size() == 10);
              return -static_cast<double>(scores.size());
            }));
  REQUIRE(scores.size() == 6);
  CHECK(scores[2] == after(3).score(3, 5));
  CHECK(scores[5] == model.score(3, 5));
}

TEST_CASE("a metric of two arguments measures on the ratings that are set aside, beside those that are learned from") {
  const auto split = holdout(static_cast<const SparseMatrixView<float>&>(ratings), 0.2, options.seed + 1);
  const SparseMatrixView<float> aside = split.test;
  const auto rmse = [](const auto& model, const SparseMatrixView<float>& validation) {
    return rating_error(model, model.ratings(), validation).rmse;
  };
  AsySVD<float> by_default(options), by_share(options), by_hand(options);
  const auto expected = by_default.fit(ratings, {.validation_fraction = 0.2});
  const auto a = by_share.fit(ratings, {.validation_fraction = 0.2}, Unobserved{}, minimize(rmse));
  const auto b = by_hand.fit(split.train, {.validation = &aside}, Unobserved{}, minimize(rmse));
  for (std::size_t e = 0; e < expected.epochs.size(); ++e) {
    CHECK(*a.epochs[e].validation == doctest::Approx(*expected.epochs[e].validation).epsilon(1e-6));
    CHECK(a.epochs[e].validation == b.epochs[e].validation);
  }
  CHECK(same_bits(by_share, by_default));
  CHECK_THROWS_WITH_AS(by_share.fit(ratings, {}, Unobserved{}, minimize(rmse)),
                       doctest::Contains("number of validation ratings is 0"), std::invalid_argument);
}

TEST_CASE("a share set aside is the holdout of the next seed; the users are served by all they rated") {
  const auto split = holdout(static_cast<const SparseMatrixView<float>&>(ratings), 0.2, options.seed + 1);
  const SparseMatrixView<float> validation = split.test;
  AsySVD<float> by_share(options), by_hand(options);
  const auto a = by_share.fit(ratings, {.validation_fraction = 0.2, .patience = 2});
  const auto b = by_hand.fit(split.train, {.validation = &validation, .patience = 2});
  REQUIRE(a.epochs.size() == b.epochs.size());
  for (std::size_t e = 0; e < a.epochs.size(); ++e) CHECK(a.epochs[e].validation == b.epochs[e].validation);
  CHECK(same_bits(by_share, by_hand));
  CHECK(by_share.ratings().nonzeros() == ratings.nonzeros());
  by_hand.set_ratings(ratings);
  CHECK(by_share.score(3, 5) == by_hand.score(3, 5));
}

TEST_CASE("a refit is a fit of the best number of epochs on all the ratings") {
  for (const bool by_share : {true, false}) {
    const auto split = holdout(static_cast<const SparseMatrixView<float>&>(ratings), 0.2, 9);
    const SparseMatrixView<float> validation = split.test;
    AsySVD<float> model(options);
    FitOptions<float> watched{.patience = 2, .refit = true};
    if (by_share) {
      watched.validation_fraction = 0.2;
    } else {
      watched.validation = &validation;
    }
    const auto report =
        model.fit(by_share ? ratings : split.train, watched, Unobserved{}, maximize(scripted({1, 2, 4, 3, 3, 3})));
    CHECK(report.epochs.size() == 5);
    CHECK(report.refit.size() == 3);
    CHECK(report.best_epoch == 3);
    CHECK(report.refit.front().samples == ratings.nonzeros());
    CHECK(same_bits(model, after(3)));
  }
}

TEST_CASE("a refit that is ended early leaves what was best before it") {
  AsySVD<float> ended(options), first(options);
  auto until_refit = [epochs = 0](const Progress&) mutable { return ++epochs < 5 + 2; };
  const FitOptions<float> watched{.validation_fraction = 0.2, .patience = 2};
  auto with_refit = watched;
  with_refit.refit = true;
  const auto report = ended.fit(ratings, with_refit, until_refit, maximize(scripted({1, 2, 4, 3, 3, 3})));
  first.fit(ratings, watched, Unobserved{}, maximize(scripted({1, 2, 4, 3, 3, 3})));
  CHECK(report.stop_reason == StopReason::cancelled);
  CHECK(report.best_epoch == 3);
  CHECK(report.epochs.size() == 5);
  CHECK(report.refit.empty());
  CHECK(same_bits(ended, first));
}

TEST_CASE("so does a refit that diverges") {
  auto in_one_unit = options;
  in_one_unit.rating_unit = 1;
  const auto split = holdout(static_cast<const SparseMatrixView<float>&>(ratings), 0.2, 9);
  const std::vector<float> absurd(static_cast<std::size_t>(split.test.nonzeros()), 1e18f);
  const auto validation = split.test.with_values(absurd);
  AsySVD<float> diverged(in_one_unit), first(in_one_unit);
  FitOptions<float> watched{.validation = &validation, .patience = 2};
  first.fit(split.train, watched, Unobserved{}, maximize(scripted({1, 2, 4, 3, 3, 3})));
  watched.refit = true;
  const auto report = diverged.fit(split.train, watched, Unobserved{}, maximize(scripted({1, 2, 4, 3, 3, 3})));
  CHECK(report.stop_reason == StopReason::diverged);
  CHECK(report.best_epoch == 3);
  CHECK(report.refit.empty());
  CHECK(same_bits(diverged, first));
}

TEST_CASE("a refit that went on from a state of its own and is ended leaves what it has learned") {
  FitOptions<float> watched{.validation_fraction = 0.2, .patience = 2, .refit = true};
  std::vector<FitState<float>> states;
  watched.checkpoint = [&](const FitState<float>& state) {
    if (state.first) states.push_back(state);
  };
  AsySVD<float> whole(options), ended(options);
  whole.fit(ratings, watched, Unobserved{}, maximize(scripted({1, 2, 4, 3, 3, 3})));
  REQUIRE(!states.empty());
  watched.from = &states.front();
  watched.checkpoint = nullptr;
  const auto report = ended.fit(
      ratings, watched, [](const Progress&) { return false; }, maximize(scripted({1, 2, 4, 3, 3, 3})));
  CHECK(report.stop_reason == StopReason::cancelled);
  CHECK(report.refit.size() == 2);
  CHECK(report.best_epoch == 2);
  CHECK(same_bits(ended, after(2)));
}

TEST_CASE("weights go with their ratings when a share of those is set aside") {
  std::vector<float> weights;
  for (Size p = 0; p < ratings.nonzeros(); ++p) weights.push_back(static_cast<float>(p % 5));
  const SparseMatrixView<float>& view = ratings;
  const auto split = holdout(view, 0.3, options.seed + 1);
  const auto kept = holdout(view.with_values(weights), 0.3, options.seed + 1).train;
  const SparseMatrixView<float> validation = split.test;
  AsySVD<float> by_share(options), by_hand(options);
  by_share.fit(ratings, {.validation_fraction = 0.3, .weights = weights});
  by_hand.fit(split.train, {.validation = &validation, .weights = kept.values()});
  CHECK(same_bits(by_share, by_hand));
}

TEST_CASE("a refit weighs all the ratings, those that were set aside as well") {
  std::vector<float> weights;
  for (Size p = 0; p < ratings.nonzeros(); ++p) weights.push_back(static_cast<float>(p % 5));
  AsySVD<float> refitted(options), by_hand(options);
  const auto report = refitted.fit(ratings, {.validation_fraction = 0.3, .refit = true, .weights = weights},
                                   Unobserved{}, minimize(scripted({3, 2, 1, 4, 4, 4})));
  CHECK(report.refit.size() == 3);
  by_hand.fit(ratings, {.weights = weights}, [](const Progress& progress) { return progress.epoch.epoch < 3; });
  CHECK(same_bits(refitted, by_hand));
}

TEST_CASE_TEMPLATE("a fit that is resumed is the one that was never interrupted, bit for bit", Sampler, ByUser,
                   Sequential, Shuffled, Uniform) {
  for (const double unit : {1.0, 3.0}) {
    auto long_options = options;
    long_options.schedule = Schedule::cosine(0.2);
    long_options.rating_unit = unit;
    AsySVD<float, Sampler> whole(long_options), parts(long_options);
    whole.fit(ratings);
    parts.fit(ratings, {}, [](const Progress& progress) { return progress.epoch.epoch < 2; });
    REQUIRE_FALSE(same_bits(whole, parts));
    parts.resume(ratings, 3);
    const auto report = parts.resume(ratings, 1);
    CHECK(report.epochs.front().epoch == 6);
    CHECK(report.best_epoch == 6);
    CHECK(same_bits(whole, parts));
  }
}

TEST_CASE("a model that was restored goes on: exactly, where the parameters are all there was") {
  auto plain = options;
  plain.members = 1;
  plain.averaging = 1;
  plain.rating_unit = 2;
  AsySVD<float> whole(plain), part(plain);
  whole.fit(ratings);
  part.fit(ratings, {}, [](const Progress& progress) { return progress.epoch.epoch < 4; });
  auto restored = AsySVD<float>::restore(plain, part.parameters());
  restored.resume(ratings, 2);
  CHECK(same_bits(whole, restored));

  // Of averages and members, the model knows the averages: it goes on from them, and from the epoch it was in.
  auto ensemble = AsySVD<float>::restore(options, after(4).parameters());
  const auto report = ensemble.resume(ratings, 2);
  CHECK(report.epochs.front().epoch == 5);
  CHECK(ensemble.parameters().factors() == 6);
  CHECK(ensemble.score(3, 5) == doctest::Approx(after(6).score(3, 5)).epsilon(0.05));
}

TEST_CASE("users and items that are new when a fit goes on are learned, and the others keep what they know") {
  std::vector<Rating<float>> more;
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      more.push_back({static_cast<Index>(user), row.items[t], row.ratings[t]});
    }
  }
  for (Index item = 35; item < 43; ++item) more.push_back({61, item, 5});
  const auto larger = SparseMatrix<float>::from_triplets(62, 43, more);
  auto model = after(5);
  const auto before = model.parameters();
  model.resume(larger, 1);
  CHECK(model.users() == 62);
  CHECK(model.items() == 43);
  CHECK(model.parameters().all_finite());
  CHECK_FALSE(model.parameters().q.row(42).isZero(0));
  CHECK(model.predict(61, 42) > model.parameters().mean);
  const float moved = (model.parameters().q.row(3) - before.q.row(3)).norm() / before.q.row(3).norm();
  CHECK(moved > 0);
  CHECK(moved < 0.5f);
}

TEST_CASE("with validation, a fit that goes on does not end worse than it began") {
  auto model = after(3);
  const auto report = model.resume(ratings, 3, {}, Unobserved{}, minimize(scripted({1, 2, 3, 4})));
  CHECK(report.epochs.size() == 3);
  CHECK(report.best_epoch == 3);
  CHECK(same_bits(model, after(3)));
}

TEST_CASE("what can't be resumed, and options that do not fit, are refused") {
  AsySVD<float> model(options);
  CHECK_THROWS_WITH_AS(model.resume(ratings, 1), doctest::Contains("fit it first"), std::invalid_argument);
  model.fit(ratings);
  const float before = model.score(3, 5);
  CHECK_THROWS_WITH_AS(model.resume(ratings, 0), doctest::Contains("epochs is 0"), std::invalid_argument);
  const auto smaller = test::random_ratings<float>(59, 40, 20, 1);
  CHECK_THROWS_WITH_AS(model.resume(smaller, 1), doctest::Contains("ratings.rows() is 59"), std::invalid_argument);
  const std::vector<float> few(3, 1.f);
  std::vector<float> bad(static_cast<std::size_t>(ratings.nonzeros()), 1.f);
  bad[7] = -1;
  const auto refused = [&](const FitOptions<float>& watched, const char* message) {
    CHECK_THROWS_WITH_AS(model.fit(ratings, watched), doctest::Contains(message), std::invalid_argument);
  };
  const SparseMatrixView<float> validation = ratings;
  refused({.validation_fraction = 1}, "validation_fraction is 1; expected 0 to less than 1");
  refused({.validation_fraction = 1e-9}, "validation_fraction is 1e-09");
  refused({.validation_fraction = no_number}, "validation_fraction is nan");
  refused({.validation = &validation, .validation_fraction = 0.1}, "where a validation matrix is given");
  refused({.validate_every = 0}, "validate_every is 0");
  refused({.minimum_change = -1}, "minimum_change is -1");
  refused({.refit = true}, "refit is 1");
  const std::vector<float> ones(static_cast<std::size_t>(ratings.nonzeros()), 1.f);
  refused({.validation = &validation, .refit = true, .weights = ones},
          "refit is 1; expected false, where a validation");
  refused({.weights = few}, "number of weights is 3");
  refused({.weights = bad}, "a weight is -1");
  refused({.threads = 0}, "threads is 0");
  CHECK_THROWS_AS(
      model.fit(ratings, {}, Unobserved{}, minimize([](const auto&) -> double { throw std::runtime_error("enough"); })),
      std::runtime_error);
  CHECK(model.score(3, 5) == before);
}
