// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/tuning.hpp>

#include <doctest/doctest.h>

#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

const auto ratings = test::random_ratings<float>(60, 40, 25, 1);
const Options start{.factors = 6, .epochs = 3, .members = 2};
const auto make = [](const Options& options) { return AsySVD<float>(options); };

struct Enough {};

/// A search for as long as it takes to see `rounds` rounds whole, then ended from outside.
std::vector<Trial> searched(int rounds, int threads, const std::vector<Trial>& known = {}) {
  std::vector<Trial> trials;
  try {
    (void)tune(
        static_cast<const SparseMatrixView<float>&>(ratings), start,
        {.seconds = 1e6, .draws = 5, .epochs = 2, .threads = threads}, make,
        [&](const Trial& trial) {
          if (trial.round == rounds) throw Enough{};
          trials.push_back(trial);
        },
        known);
  } catch (const Enough&) {
  }
  return trials;
}

bool same(const Trial& a, const Trial& b) {
  return a.round == b.round && a.draw == b.draw && a.stage == b.stage && a.rmse == b.rmse &&
         a.options.factors == b.options.factors && a.options.learning_rate == b.options.learning_rate &&
         a.options.epochs == b.options.epochs;
}

}  // namespace

TEST_CASE("a round trains its draws, the best third longer, and the best of that once more") {
  const auto trials = searched(2, 1);
  std::map<std::pair<int, int>, std::vector<Trial>> at;  // by round and stage
  for (const auto& trial : trials) at[{trial.round, trial.stage}].push_back(trial);
  for (const int round : {0, 1}) {
    CHECK(at[{round, 0}].size() == 5);
    REQUIRE(at[{round, 1}].size() == 2);
    REQUIRE(at[{round, 2}].size() == 1);
    auto first = at[{round, 0}];
    std::ranges::sort(first, {}, &Trial::rmse);
    for (const auto& trial : at[{round, 1}]) {
      CHECK((trial.draw == first[0].draw || trial.draw == first[1].draw));
      const auto before = std::ranges::find(first, trial.draw, &Trial::draw);
      CHECK(trial.rmse <= before->rmse);  // more epochs, of which the best is kept
    }
  }
  CHECK(trials.front().options.factors == start.factors);
  CHECK(trials.front().options.learning_rate == start.learning_rate);
}

TEST_CASE("threads change nothing, and a search that was ended goes on as if it had not been") {
  const auto trials = searched(3, 1);
  const auto threaded = searched(3, 3);
  REQUIRE(trials.size() == threaded.size());
  for (std::size_t t = 0; t < trials.size(); ++t) CHECK(same(trials[t], threaded[t]));

  // Cut off anywhere, in whatever stage: the rest is found as it would have been, and nothing twice.
  for (const std::size_t left : {std::size_t{1}, std::size_t{3}, trials.size() / 2, trials.size() - 1}) {
    CAPTURE(left);
    const std::vector<Trial> known(trials.begin(), trials.end() - static_cast<std::ptrdiff_t>(left));
    const auto rest = searched(3, 2, known);
    REQUIRE(rest.size() == left);
    for (std::size_t t = 0; t < rest.size(); ++t) CHECK(same(rest[t], trials[trials.size() - left + t]));
  }
}

TEST_CASE("however short the time, the start is measured, on the folds that it says") {
  const SparseMatrixView<float>& view = ratings;
  int trials = 0;
  const auto best = tune(view, start, {.seconds = 1e-9, .folds = 3, .fold_count = 4, .epochs = 5, .seed = 8}, make,
                         [&](const Trial&) { ++trials; });
  CHECK(trials == 1);
  CHECK(best.stage == 0);
  double rmse = 0;
  const KFolds<float> folds(view, 4, 8);
  for (int fold = 0; fold < 3; ++fold) {
    const auto split = folds.fold(fold);
    const SparseMatrixView<float> validation = split.test;
    auto options = start;
    options.epochs = 5;
    AsySVD<float> model(options);
    const auto report = model.fit(split.train, {.validation = &validation});
    rmse += *report.epochs[static_cast<std::size_t>(report.best_epoch) - 1].validation / 3;
  }
  CHECK(best.rmse == doctest::Approx(rmse));
}

TEST_CASE("on data with structure, a search finds something better than a bad start") {
  const auto generated = synthetic(movielens_100k());
  const SparseMatrixView<float> some =
      holdout(static_cast<const SparseMatrixView<float>&>(generated.ratings), 0.8, 1).train;
  Options bad;
  bad.factors = 4;
  bad.members = 2;
  bad.learning_rate = 0.0005;
  TuneOptions tuning{.seconds = 1e6, .folds = 1, .draws = 6, .epochs = 4};
  std::vector<Trial> trials;
  const auto one_round = [&](const Trial& trial) {
    if (trial.round == 1) throw Enough{};
    trials.push_back(trial);
  };
  CHECK_THROWS_AS((void)tune(some, bad, tuning, make, one_round), Enough);
  tuning.seconds = 1e-9;
  const auto best = tune(
      some, bad, tuning, make, [](const Trial&) { FAIL("searched on"); }, trials);
  CHECK(best.rmse < trials.front().rmse - 0.002);
  CHECK(best.rmse == std::ranges::min(trials, {}, &Trial::rmse).rmse);
}

TEST_CASE("draws are always admissible, and what is 0 stays 0") {
  Random random(3);
  for (const bool near : {false, true}) {
    Options options = start;
    std::set<int> members, factors;
    for (int n = 0; n < 200; ++n) {
      options = detail::drawn_options(near ? options : start, near, random);
      CHECK_NOTHROW(options.validate());
      CHECK(options.regularization.q == 0);
      for (const double value : {options.learning_rate, options.averaging, options.regularization.whole_q}) {
        char digits[20];
        std::snprintf(digits, sizeof digits, "%.3g", value);
        CHECK(std::strtod(digits, nullptr) == value);
      }
      CHECK(options.members >= 1);
      CHECK(options.factors >= options.members);
      members.insert(options.members);
      factors.insert(options.factors);
    }
    CHECK(members.size() > 2);
    CHECK(factors.size() > 2);
  }
}

TEST_CASE("what is drawn of the factors is how many a member has: from half to twice as many, or near that") {
  const Options center{.factors = 64, .members = 4};
  Random random(5);
  int fewest = 64;
  int most = 1;
  for (int n = 0; n < 200; ++n) {
    const auto options = detail::drawn_options(center, false, random);
    CHECK(options.factors >= 8 * options.members);
    CHECK(options.factors <= 32 * options.members);
    fewest = std::min(fewest, options.factors / options.members);
    most = std::max(most, options.factors / options.members);
  }
  CHECK(fewest < 10);
  CHECK(most > 26);
}

TEST_CASE("averaging is drawn as well, short of 1, unless it is off, which it then stays") {
  Random random(3);
  for (const bool near : {false, true}) {
    Options options = start;
    options.averaging = 1;
    CHECK(detail::drawn_options(options, near, random).averaging == 1);
    options.averaging = 0.5;
    const double first = detail::drawn_options(options, near, random).averaging;
    CHECK(first != 0.5);
    CHECK(detail::drawn_options(options, near, random).averaging != first);
    for (int n = 0; n < 200; ++n) CHECK(detail::drawn_options(options, near, random).averaging <= 0.9);
  }
}

TEST_CASE("the seconds of a trial are those of its stage, on all folds together") {
  detail::Candidate<AsySVD<float>> candidate;
  candidate.folds.resize(2);
  for (auto& fold : candidate.folds) fold = {.model = make(start), .rmse = 1, .seconds = 2, .run = true};
  for (const int stage : {0, 1}) {
    CAPTURE(stage);
    CHECK(candidate.measured());
    CHECK(candidate.trial.seconds == 4);
  }
}

TEST_CASE("a draw that diverges takes no part, and if nothing is left the search says so") {
  Options wild = start;
  wild.learning_rate = 1e6;
  wild.initialization = Initialization::normal(10);
  CHECK_THROWS_WITH_AS((void)tune(static_cast<const SparseMatrixView<float>&>(ratings), wild,
                                  {.seconds = 1e-9, .draws = 2, .epochs = 1}, make, [](const Trial&) {}),
                       doctest::Contains("learning_rate"), std::invalid_argument);
}

TEST_CASE("ratings that don't fill the folds are refused, and as many as there are folds are tuned on") {
  const auto tune_on = [](Index users) {  // a rating each
    std::vector<Rating<float>> entries;
    for (Index user = 0; user < users; ++user) entries.push_back({user, user % 3, static_cast<float>(1 + user % 5)});
    const auto few = SparseMatrix<float>::from_triplets(users, 3, entries);
    return tune(static_cast<const SparseMatrixView<float>&>(few), start, {.seconds = 1e-9, .draws = 1, .epochs = 1},
                make, [](const Trial&) {});
  };
  CHECK_THROWS_WITH_AS((void)tune_on(9), doctest::Contains("number of ratings is 9"), std::invalid_argument);
  CHECK(tune_on(10).rmse > 0);
}

TEST_CASE("options out of their range are refused") {
  const auto refuses = [](TuneOptions options, const char* name) {
    CHECK_THROWS_WITH_AS(options.validate(), doctest::Contains(name), std::invalid_argument);
  };
  refuses({.seconds = 0}, "seconds is 0");
  refuses({.folds = 0}, "folds is 0");
  refuses({.folds = 11}, "folds is 11");
  refuses({.fold_count = 1}, "fold_count is 1");
  refuses({.fold_count = 65536}, "fold_count is 65536");
  CHECK_NOTHROW(TuneOptions{.folds = 2, .fold_count = 2, .draws = 1, .epochs = 1, .threads = 1}.validate());
  CHECK_NOTHROW(TuneOptions{.folds = 1, .fold_count = 65535, .epochs = 10000}.validate());
  refuses({.draws = 0}, "draws is 0");
  refuses({.epochs = 0}, "epochs is 0");
  refuses({.threads = 0}, "threads is 0");
}
