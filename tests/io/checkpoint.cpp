// SPDX-License-Identifier: MIT
// A fit that is interrupted anywhere and goes on out of a file ends as if nothing had been.
#include <asysvd/io/checkpoint.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/same_report.hpp"
#include "io/small_model.hpp"
#include "same_bits.hpp"
#include "temporary_file.hpp"

using namespace asysvd;

namespace {

const auto ratings = test::random_ratings<float>(40, 30, 12, 1);

Options small_options() {
  Options options{.factors = 7, .epochs = 6, .learning_rate = 0.05};
  options.members = 2;
  options.averaging = 0.4;
  options.schedule = Schedule::cosine(0.1);
  return options;
}

/// Runs `learn(model, fit_options)` once without interruption and once from each state on the way.
template <class Model, class Learn>
void check_interrupted(const Model& start, FitOptions<float> fit_options, std::size_t states, Learn learn) {
  std::deque<test::TemporaryFile> files;
  fit_options.checkpoint = [&](const FitState<float>& state) {
    files.emplace_back("");
    save_checkpoint(state, files.back().path());
  };
  Model whole = start;
  const FitReport report = learn(whole, fit_options);
  CHECK(files.size() == states);
  for (std::size_t place = 0; place < files.size(); ++place) {
    const auto state = load_checkpoint<float>(files[place].path());
    std::size_t passed = place;
    fit_options.from = &state;
    fit_options.checkpoint = [&](const FitState<float>& next) {
      const test::TemporaryFile file("");
      auto without_seconds = next;  // these are the only difference there may be
      const auto expected = load_checkpoint<float>(files.at(++passed).path());
      for (std::size_t e = 0; e < expected.report.epochs.size(); ++e) {
        without_seconds.report.epochs.at(e).seconds = expected.report.epochs[e].seconds;
      }
      if (expected.first) without_seconds.first = expected.first;
      save_checkpoint(without_seconds, file.path());
      CHECK(test::content(file.path()) == test::content(files.at(passed).path()));
    };
    Model again = start;
    test::check_same(learn(again, fit_options), report);
    CHECK(test::same_bits(again, whole));
    CHECK(again.parameters().epoch == whole.parameters().epoch);
    CHECK(passed + 1 == states);
  }
}

const auto fit = [](auto& model, const FitOptions<float>& fit_options) { return model.fit(ratings, fit_options); };

}  // namespace

TEST_CASE_TEMPLATE("a fit goes on from each of its checkpoints", Feedback, FullFeedback, ExplicitFeedback,
                   ImplicitFeedback, RawFeedback) {
  check_interrupted(AsySVD<float, ByUser, Feedback>(small_options()), {}, 5, fit);
  auto plain = small_options();
  plain.members = 1;
  plain.averaging = 1;
  check_interrupted(AsySVD<float, Shuffled, Feedback>(plain), {}, 5, fit);
}

TEST_CASE("so does one that is measured, stops early and is refitted") {
  const FitOptions<float> measured{.validation_fraction = 0.2, .validate_every = 2};
  check_interrupted(AsySVD<float>(small_options()), measured, 5, fit);

  // Best after the second epoch, not a number after the fourth, and given up after the fifth.
  const auto learn = [](auto& model, const FitOptions<float>& fit_options) {
    const auto metric = [](const auto& fitted) {
      const int epoch = fitted.parameters().epoch;
      return epoch == 4 ? std::numeric_limits<double>::quiet_NaN() : 10.0 - std::abs(epoch - 2);
    };
    const auto report = model.fit(ratings, fit_options, Unobserved{}, maximize(metric));
    CHECK(report.stop_reason == StopReason::early_stopped);
    CHECK(report.best_epoch == 2);
    return report;
  };
  check_interrupted(AsySVD<float>(small_options()), {.patience = 3}, 4, learn);
  const FitOptions<float> refitted{.validation_fraction = 0.2, .patience = 3, .refit = true};
  check_interrupted(AsySVD<float>(small_options()), refitted, 5, learn);
}

TEST_CASE("and one that goes on where another ended, with users and items that are new") {
  AsySVD<float> model(small_options());
  model.fit(ratings);
  const auto more = test::random_ratings<float>(50, 33, 12, 2);
  check_interrupted(model, {.validation_fraction = 0.1, .refit = true}, 4, [&](auto& again, const auto& fit_options) {
    return again.resume(more, 3, fit_options, Unobserved{},
                        minimize([](const auto& fitted) { return std::abs(fitted.parameters().epoch - 9.0); }));
  });
}

TEST_CASE("what is thrown by a checkpoint ends the fit, and leaves the model as it was") {
  AsySVD<float> model(small_options());
  model.fit(ratings);
  const auto before = model.parameters().q.matrix();
  const auto fail = [](const FitState<float>&) { throw std::runtime_error("no space"); };
  CHECK_THROWS_WITH(model.fit(ratings, {.checkpoint = fail}), "no space");
  CHECK(model.parameters().q.matrix() == before);
}

TEST_CASE("a state of another fit, and a file of something else, are refused") {
  FitState<float> state;
  AsySVD<float> model(small_options());
  const auto metric = minimize([](const auto& fitted) { return std::abs(fitted.parameters().epoch - 4.0); });
  model.fit(ratings, {.validation_fraction = 0.2, .refit = true, .checkpoint = [&](const auto& now) { state = now; }},
            Unobserved{}, metric);
  REQUIRE(state.first.has_value());
  const auto refused = [&](const char* message, Options options, const FitState<float>& from, bool refit = true) {
    AsySVD<float> other(options);
    const double share = refit ? 0.2 : 0;
    CHECK_THROWS_WITH_AS(other.fit(ratings, {.validation_fraction = share, .refit = refit, .from = &from}),
                         doctest::Contains(message), std::invalid_argument);
  };
  auto options = small_options();
  options.members = 1;
  refused("number of members is 2; expected 1", options, state);
  options = small_options();
  options.factors = 8;
  refused("factors of a member is 3; expected 4", options, state);
  options = small_options();
  options.epochs = 3;
  refused("epochs", options, state);
  refused("refit is 0", small_options(), state, false);
  auto bad = state;
  bad.best.averages[1].x.row(3)[1] = std::numeric_limits<float>::infinity();
  refused("not finite", small_options(), bad);
  bad = state;
  bad.report.epochs.pop_back();
  refused("epochs in the report", small_options(), bad);
  bad = state;
  bad.first->best_epoch = 1 << 30;
  refused("found best", small_options(), bad);

  const test::TemporaryFile file("");
  save_checkpoint(state, file.path(), "one");
  CHECK_NOTHROW((void)load_checkpoint<float>(file.path(), "one"));
  CHECK_THROWS_WITH_AS((void)load_checkpoint<float>(file.path(), "another"),
                       doctest::Contains("expected the state of this fit"), FileError);
  const auto whole = test::content(file.path());
  for (std::size_t length = 0; length < whole.size(); length += 97) {
    const test::TemporaryFile part(whole.substr(0, length));
    CHECK_THROWS_AS((void)load_checkpoint<float>(part.path(), "one"), FileError);
  }
  CHECK_THROWS_AS((void)load_checkpoint<float>("/nonexistent/file"), FileError);
}
