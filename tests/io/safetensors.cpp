// SPDX-License-Identifier: MIT
#include <asysvd/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "io/same_report.hpp"
#include "io/small_model.hpp"
#include "same_bits.hpp"
#include "temporary_file.hpp"

using namespace asysvd;
using test::content;
using test::fitted;
using test::Model;

namespace {

template <class Scalar, class Feedback>
using Variant = std::pair<Scalar, Feedback>;

}  // namespace

TEST_CASE_TEMPLATE("what is loaded is what was saved, bit for bit", V, Variant<float, FullFeedback>,
                   Variant<float, RawFeedback>, Variant<double, ExplicitFeedback>, Variant<double, ImplicitFeedback>,
                   Variant<double, RawFeedback>, Variant<double, FullFeedback>) {
  using Scalar = typename V::first_type;
  using M = Model<Scalar, typename V::second_type>;
  const auto ratings = test::random_ratings<Scalar>(20, 15, 8, 1);
  const auto model = fitted<Scalar, typename V::second_type>(ratings);
  const test::TemporaryFile file("");
  save(model, file.path());
  auto again = load<M>(file.path());

  const auto& p = model.parameters();
  const auto& q = again.parameters();
  CHECK(p.q.matrix() == q.q.matrix());
  CHECK(p.x.matrix() == q.x.matrix());
  CHECK(p.y.matrix() == q.y.matrix());
  CHECK(p.item_bias == q.item_bias);
  CHECK(p.user_bias == q.user_bias);
  CHECK(p.item_baseline == q.item_baseline);
  CHECK(p.mean == q.mean);
  CHECK(p.min_rating == q.min_rating);
  CHECK(p.max_rating == q.max_rating);
  CHECK(detail::options_to_json(model.options()) == detail::options_to_json(again.options()));
  CHECK(again.options().factors == 5);

  const Profile<Scalar> somebody{{2, 5}, {7, 1}};
  CHECK(again.recommend(somebody) == model.recommend(somebody));
  again.set_ratings(ratings);
  for (Index user = 0; user < 20; ++user) {
    CHECK(again.recommend(user) == model.recommend(user));
    for (Index item = 0; item < 15; ++item) CHECK(again.predict(user, item) == model.predict(user, item));
  }

  const test::TemporaryFile copy("");
  save(again, copy.path());
  CHECK(content(copy.path()) == content(file.path()));
}

TEST_CASE("factors that fill their rows, with no padding to leave out, come back as well") {
  Model<float, FullFeedback> model({.factors = 16, .epochs = 1});
  model.fit(test::random_ratings<float>(20, 15, 8, 1));
  const test::TemporaryFile file("");
  save(model, file.path());
  const auto again = load<Model<float, FullFeedback>>(file.path());
  REQUIRE(model.parameters().q.stride() == 16);
  CHECK(model.parameters().q.matrix() == again.parameters().q.matrix());
  CHECK(model.parameters().x.matrix() == again.parameters().x.matrix());
  CHECK(model.parameters().y.matrix() == again.parameters().y.matrix());
}

TEST_CASE("ids come back, numbers and strings, in order") {
  const auto ratings = test::random_ratings<float>(3, 4, 3, 1);
  IdMap users, items;
  for (const std::int64_t id : {17, -3, 2'000'000'000}) users.insert(id);
  for (const char* id : {"B000", "017", "a b", "\xe9t\xe9"}) items.insert(std::string_view(id));
  const test::TemporaryFile file("");
  const auto model = fitted<float, FullFeedback>(ratings);
  save(model, file.path(), users, items);
  const auto loaded = load_with_ids<Model<float, FullFeedback>>(file.path());
  CHECK(loaded.users == users);
  CHECK(loaded.items == items);
  CHECK_THROWS_WITH_AS(save(model, file.path(), items, items), doctest::Contains("number of user ids is 4"),
                       std::invalid_argument);
  save(model, file.path());
  CHECK(load_with_ids<Model<float, FullFeedback>>(file.path()).items.size() == 0);
}

TEST_CASE("ids may be any bytes") {
  const auto model = fitted<float, FullFeedback>(test::random_ratings<float>(3, 6, 3, 1));
  IdMap users, items;
  for (const auto number : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    users.insert(number);
  }
  users.insert(std::string_view("9223372036854775808"));  // a number of more than 64 bits
  using namespace std::string_view_literals;
  for (const auto id : {""sv, "\0"sv, "\0\0"sv, "\xff\"\n,"sv, "-0"sv, "1.0"sv}) items.insert(id);
  const test::TemporaryFile file("");
  save(model, file.path(), users, items);
  const auto loaded = load_with_ids<Model<float, FullFeedback>>(file.path());
  CHECK(loaded.users == users);
  CHECK(loaded.items == items);
}

TEST_CASE("every option comes back, also the least usual value") {
  auto model = fitted<double, FullFeedback>(test::random_ratings<double>(6, 5, 3, 1));
  auto options = model.options();
  options.learning_rate = 0.1 + 0.2;
  options.regularization = {5e-324, 1e-300, 0.7, 0, 1e300, 0.3, 5e-324};
  options.members = 3;
  options.averaging = 1e-300;
  options.schedule = Schedule::inverse_time(1e-17);
  options.initialization = Initialization::normal(1 / 3.0);
  options.leave_one_out = false;
  options.rating_unit = 0.1;
  options.user_shrinkage = 0;
  options.item_shrinkage = 1e300;
  options.epochs = std::numeric_limits<int>::max();
  options.seed = 0;
  const test::TemporaryFile file("");
  save(Model<double, FullFeedback>::restore(options, model.parameters()), file.path());
  const auto again = load<Model<double, FullFeedback>>(file.path()).options();
  CHECK(again.factors == options.factors);
  CHECK(again.epochs == options.epochs);
  CHECK(again.learning_rate == options.learning_rate);
  CHECK(again.schedule.to_text() == options.schedule.to_text());
  CHECK(again.regularization.x == options.regularization.x);
  CHECK(again.regularization.y == options.regularization.y);
  CHECK(again.regularization.q == options.regularization.q);
  CHECK(again.regularization.bias == options.regularization.bias);
  CHECK(again.regularization.whole_q == options.regularization.whole_q);
  CHECK(again.regularization.whole_user == options.regularization.whole_user);
  CHECK(again.regularization.whole_item == options.regularization.whole_item);
  CHECK(again.members == options.members);
  CHECK(again.averaging == options.averaging);
  CHECK(again.shrink == options.shrink);
  CHECK(again.leave_one_out == options.leave_one_out);
  CHECK(again.initialization.to_text() == options.initialization.to_text());
  CHECK(again.rating_unit == options.rating_unit);
  CHECK(again.user_shrinkage == options.user_shrinkage);
  CHECK(again.item_shrinkage == options.item_shrinkage);
  CHECK(again.seed == options.seed);
}

namespace {

/// A sampler that has no default.
struct FixedOrder : Sequential {
  explicit FixedOrder(int) {}
};

}  // namespace

TEST_CASE("a sampler without a default is given to load") {
  const auto model = fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 1));
  const test::TemporaryFile file("");
  save(model, file.path());
  const auto again = load<AsySVD<float, FixedOrder>>(file.path(), FixedOrder(1));
  CHECK(again.parameters().q.matrix() == model.parameters().q.matrix());
}

TEST_CASE("a model of one scalar loads as another") {
  const auto model = fitted<float, FullFeedback>(test::random_ratings<float>(20, 15, 8, 2));
  const test::TemporaryFile file("");
  save(model, file.path());
  const auto wide = load<Model<double, FullFeedback>>(file.path());
  CHECK(wide.parameters().q.matrix() == model.parameters().q.matrix().cast<double>());
  save(wide, file.path());
  const auto narrow = load<Model<float, FullFeedback>>(file.path());
  const Profile<float> somebody{{2, 5}, {7, 1}};
  CHECK(narrow.parameters().mean == model.parameters().mean);
  CHECK(narrow.recommend(somebody) == model.recommend(somebody));
}

TEST_CASE("a double that no float can hold is refused") {
  auto parameters = fitted<double, FullFeedback>(test::random_ratings<double>(6, 5, 3, 1)).parameters();
  parameters.x.row(1)[2] = 1e39;
  const test::TemporaryFile file("");
  save(Model<double, FullFeedback>::restore({}, parameters), file.path());
  CHECK_NOTHROW((void)load<Model<double, FullFeedback>>(file.path()));
  CHECK_THROWS_WITH_AS((void)load<AsySVD<float>>(file.path()), doctest::Contains("not finite"), FileError);
}

TEST_CASE("a file tells which model it holds, and another one is refused") {
  const test::TemporaryFile file("");
  save(fitted<float, ImplicitFeedback>(test::random_ratings<float>(20, 15, 8, 3)), file.path());
  CHECK(model_parts(file.path()) == ModelParts{.has_biases = true, .has_explicit = false, .has_implicit = true});
  CHECK_THROWS_WITH_AS((void)load<AsySVD<float>>(file.path()),
                       doctest::Contains("expected a model with biases explicit implicit"), FileError);
  using Fixed = AsySVD<float, Sequential, ImplicitFeedback, 7>;
  CHECK_THROWS_WITH_AS((void)load<Fixed>(file.path()), doctest::Contains("factors is 5"), FileError);
  CHECK_THROWS_AS(save(AsySVD<float>{}, file.path()), std::invalid_argument);
}

TEST_CASE_TEMPLATE("a fit goes on out of a file, to the same bits, from where descent stood", Feedback, FullFeedback,
                   ExplicitFeedback, ImplicitFeedback, RawFeedback) {
  const auto ratings = test::random_ratings<float>(30, 20, 8, 4);
  for (const int members : {1, 3}) {
    for (const double averaging : {0.3, 1.0}) {
      Options options{.factors = 7, .epochs = 5};
      options.members = members;
      options.averaging = averaging;
      AsySVD<float, ByUser, Feedback> whole(options), part(options);
      whole.fit(ratings);
      part.fit(ratings, {}, [](const Progress& progress) { return progress.epoch.epoch < 2; });
      const test::TemporaryFile file("");
      save(part, file.path(), {.resumable = true});
      auto again = load<AsySVD<float, ByUser, Feedback>>(file.path());
      CHECK(test::same_bits(again, part));
      const test::TemporaryFile copy("");
      save(again, copy.path(), {.resumable = true});
      CHECK(content(copy.path()) == content(file.path()));

      CHECK(again.resume(ratings, 3).epochs.front().epoch == 3);
      CHECK(test::same_bits(again, whole));

      save(part, file.path());
      auto without = load<AsySVD<float, ByUser, Feedback>>(file.path());
      CHECK(without.ensemble().members.empty());
      CHECK_THROWS_WITH_AS(save(without, copy.path(), {.resumable = true}), doctest::Contains("resumable is"),
                           std::invalid_argument);
      without.resume(ratings, 3);
      CHECK(test::same_bits(without, whole) == false);
    }
  }
}

TEST_CASE("a model keeps the report of its last fit, in memory and in its file") {
  using M = AsySVD<float>;
  const auto ratings = test::random_ratings<float>(40, 30, 12, 5);
  const test::TemporaryFile file("");
  const auto check_kept = [&](const M& model, const FitReport& report) {
    CHECK_FALSE(report.empty());
    test::check_same(model.report(), report);
    CHECK(model.report().seconds() == report.seconds());
    save(model, file.path());
    test::check_same(load<M>(file.path()).report(), report);
    CHECK(load<M>(file.path()).report().seconds() == 0);  // so that the same fit gives the same file
    test::check_same(load<AsySVD<double>>(file.path()).report(), report);
  };
  Options options{.factors = 4, .epochs = 6};
  M model(options);
  CHECK(model.report().empty());
  check_kept(model, model.fit(ratings));

  const auto more = test::random_ratings<float>(45, 33, 12, 6);
  auto report = model.resume(more, 2);
  CHECK(report.epochs.front().epoch == 7);
  check_kept(model, report);
  report = model.partial_fit(test::random_ratings<float>(3, 33, 4, 7), 1);
  CHECK(report.epochs.front().epoch == 9);
  check_kept(model, report);

  report = model.fit(ratings, {.validation_fraction = 0.2, .validate_every = 2});
  CHECK(report.epochs[1].validation.has_value());
  CHECK_FALSE(report.epochs[2].validation.has_value());
  CHECK_FALSE(report.metric_given);
  check_kept(model, report);

  // Best after the second epoch and not a number after the third; given up after the fourth, and refitted.
  const auto metric = minimize([](const M& fitted) {
    const int epoch = fitted.parameters().epoch;
    return epoch == 3 ? std::numeric_limits<double>::quiet_NaN() : std::abs(epoch - 2.0);
  });
  report = model.fit(ratings, {.validation_fraction = 0.2, .patience = 2, .refit = true}, Unobserved{}, metric);
  CHECK(report.stop_reason == StopReason::early_stopped);
  CHECK(report.epochs.size() == 4);
  CHECK(report.refit.size() == 2);
  CHECK(report.metric_given);
  check_kept(model, report);

  report = model.fit(ratings, {}, [](const Progress& progress) { return progress.epoch.epoch < 3; });
  CHECK(report.stop_reason == StopReason::cancelled);
  check_kept(model, report);

  options.learning_rate = 1e6;
  options.regularization = {0, 0, 0, 0, 0, 0, 0};
  M diverged(options);
  report = diverged.fit(ratings);
  REQUIRE(report.divergence.has_value());
  check_kept(diverged, report);

  CHECK(M::restore(model.options(), model.parameters()).report().empty());
  CHECK_THROWS_WITH_AS(model.set_report(report), doctest::Contains("best_epoch is"), std::invalid_argument);
}

TEST_CASE("a fit that throws leaves the report of the last one") {
  const auto ratings = test::random_ratings<float>(20, 15, 8, 1);
  auto model = fitted<float, FullFeedback>(ratings);
  const auto before = model.report();
  CHECK_THROWS_AS(model.fit(ratings, {}, [](const Progress&) { throw std::runtime_error("enough"); }),
                  std::runtime_error);
  test::check_same(model.report(), before);
}

TEST_CASE("a header that could not be read again is not written") {
  const auto ratings = test::random_ratings<float>(6, 5, 3, 1);
  Options options{.factors = 2000, .epochs = 1};
  options.members = 2000;
  AsySVD<float, ByUser, ExplicitFeedback> model(options);
  model.fit(ratings);
  const test::TemporaryFile file("old");
  CHECK_THROWS_WITH_AS(save(model, file.path(), {.resumable = true}), doctest::Contains("16008 tensors"), FileError);
  CHECK(content(file.path()) == "old");
  CHECK_NOTHROW(save(model, file.path()));
}
