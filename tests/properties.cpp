// SPDX-License-Identifier: MIT
// What holds of any model of any ratings, over some that meet each scalar, each feedback policy, and samplers of
// every kind; with ASYSVD_ALL_PROPERTIES, over all that can be combined.
#include "properties.hpp"

#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>

using namespace asysvd;
using namespace asysvd::test;

namespace {

constexpr int few = 3;  // more than there are items in some of the cases

template <class Sampler, class Feedback, class Scalar = double>
using Few = AsySVD<Scalar, Sampler, Feedback, few>;

#ifdef ASYSVD_ALL_PROPERTIES
#define ASYSVD_FEEDBACKS(Sampler, Scalar)                                                                             \
  Few<Sampler, FullFeedback, Scalar>, Few<Sampler, ExplicitFeedback, Scalar>, Few<Sampler, ImplicitFeedback, Scalar>, \
      Few<Sampler, RawFeedback, Scalar>
#define ASYSVD_MODELS(Scalar)                                                                                 \
  ASYSVD_FEEDBACKS(ByUser, Scalar), ASYSVD_FEEDBACKS(Sequential, Scalar), ASYSVD_FEEDBACKS(Shuffled, Scalar), \
      ASYSVD_FEEDBACKS(Uniform, Scalar), AsySVD<Scalar, ByUser, FullFeedback, 1>
#define ASYSVD_PAIRS ASYSVD_MODELS(float), ASYSVD_MODELS(double)
#else
#define ASYSVD_PAIRS                                                                              \
  Few<ByUser, FullFeedback, float>, Few<Sequential, ExplicitFeedback>, Few<Uniform, RawFeedback>, \
      AsySVD<double, ByUser, ImplicitFeedback, 1>
#endif

}  // namespace

TEST_CASE_TEMPLATE("whatever the ratings are, a model of them is sound", Model, ASYSVD_PAIRS) {
  for (const std::uint64_t seed : {1, 2}) {
    for (const auto& named : edge_cases<typename Model::Scalar>(seed)) {
      const auto& ratings = named.second;
      CAPTURE(named.first);
      CAPTURE(seed);
      for (const int shards : {1, 2}) {
        Model model({.epochs = 3});
        const auto report = model.fit(ratings, {.threads = shards, .shards = shards});
        CHECK((report.stop_reason == StopReason::max_epochs || report.stop_reason == StopReason::diverged));
        check_model(model);
      }
    }
  }
}

TEST_CASE_TEMPLATE("whatever the rate and the unit are, a fit ends with finite numbers", Model, ASYSVD_PAIRS) {
  const auto ratings = random_ratings<typename Model::Scalar>(12, 9, 6, 3);
  for (const double rate : {1e-300, 1e-30, 1e-3, 1.0, 1e3, 1e30, 1e300}) {
    CAPTURE(rate);
    Options options{.epochs = 20, .learning_rate = rate, .schedule = Schedule::constant()};
    options.regularization = {.x = 0, .y = 0};
    options.averaging = rate < 1 ? 0.5 : 1;
    Model model(options);
    const auto report = model.fit(ratings);
    CHECK(model.parameters().all_finite());
    CHECK(report.divergence.has_value() == (report.stop_reason == StopReason::diverged));
    if (rate >= 1e3) CHECK(report.stop_reason == StopReason::diverged);
    if (rate <= 1e-3) CHECK(report.stop_reason == StopReason::max_epochs);
    for (Index item = 0; item < model.items(); ++item) CHECK(detail::is_finite(model.score(1, item)));
  }
}

TEST_CASE_TEMPLATE("ratings in another unit give predictions in that unit", Model, Few<ByUser, FullFeedback, float>,
                   Few<Sequential, ExplicitFeedback>, Few<Uniform, RawFeedback>) {
  using Scalar = typename Model::Scalar;
  const auto ratings = random_ratings<Scalar>(12, 9, 6, 4);
  for (const double unit : {0.0, 2.0}) {     // found, and given
    for (const double scale : {8.0, 3.0}) {  // to the bit, and up to rounding
      std::vector<Scalar> scaled(ratings.values().begin(), ratings.values().end());
      for (Scalar& rating : scaled) rating *= static_cast<Scalar>(scale);
      const auto larger = ratings.with_values(scaled);
      Model model({.epochs = 4, .rating_unit = unit}), other({.epochs = 4, .rating_unit = unit * scale});
      model.fit(ratings);
      other.fit(larger);
      for (Index user = 0; user < 12; ++user) {
        for (Index item = 0; item < 9; ++item) {
          const auto expected = static_cast<Scalar>(scale) * model.score(user, item);
          CHECK(close<Scalar>(other.score(user, item), expected, scale == 8 ? 0 : 30));
        }
      }
    }
  }
}

namespace {

/// Users in an order of one's own.
struct Ordered {
  std::vector<Index> order;

  template <class Scalar>
  [[nodiscard]] auto start(const SparseMatrixView<Scalar>&) const {
    return [this](Random&, auto&& visit) {
      for (const Index user : order) visit(user);
    };
  }
  static void arrange(std::span<Index>, Random&) noexcept {}
};

/// Another order of `count` things.
std::vector<Index> permutation(Index count, std::uint64_t seed) {
  std::vector<Index> places(static_cast<std::size_t>(count));
  std::iota(places.begin(), places.end(), 0);
  Random random(seed);
  random.shuffle(std::span(places));
  return places;
}

}  // namespace

TEST_CASE("users by other indices, visited in the same order, give the same model up to rounding") {
  using Model = Few<Ordered, FullFeedback>;
  constexpr Index users = 12, items = 9;
  const auto ratings = random_ratings<double>(users, items, 6, 5);
  const auto places = permutation(users, 6);
  std::vector<Rating<double>> moved;
  for (Index user = 0; user < users; ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) moved.push_back({places[user], row.items[t], row.ratings[t]});
  }
  Ordered stored;
  stored.order.resize(users);
  std::iota(stored.order.begin(), stored.order.end(), 0);
  Model model({.epochs = 4}, stored), other({.epochs = 4}, Ordered{places});
  model.fit(ratings);
  other.fit(SparseMatrix<double>::from_triplets(users, items, moved));
  for (Index user = 0; user < users; ++user) {
    for (Index item = 0; item < items; ++item) {
      CHECK(close<double>(model.score(user, item), other.score(places[user], item), 5));
    }
  }
}

TEST_CASE_TEMPLATE("items by other indices, learned from in the same order, give the same bits", Model,
                   Few<Sequential, ExplicitFeedback>, Few<Uniform, RawFeedback>) {
  constexpr Index users = 12, items = 9;
  const auto ratings = random_ratings<double>(users, items, 6, 7);
  const auto places = permutation(items, 8);
  std::vector<Index> moved;
  for (const Index item : ratings.items()) moved.push_back(places[item]);
  std::vector<Size> offsets;
  for (Index user = 0; user <= users; ++user) offsets.push_back(ratings.offset(user));
  const SparseMatrixView<double> relabelled(items, std::span(offsets), moved, ratings.values());

  // What a fit starts from is drawn item by item: so both go on from the same start, by the indices of each.
  const Options options{.epochs = 1, .rating_unit = 1, .averaging = 1};
  Model start(options);
  start.fit(ratings);
  auto parameters = start.parameters();
  auto model = Model::restore(options, start.parameters());
  for (Index item = 0; item < items; ++item) {
    const auto& from = start.parameters();
    const auto to = places[item];
    parameters.q.row(to) = from.q.row(item);
    parameters.x.row(to) = from.x.row(item);
    parameters.item_bias[to] = from.item_bias[item];
    parameters.item_baseline[to] = from.item_baseline[item];
  }
  auto other = Model::restore(options, std::move(parameters));
  model.resume(ratings, 3);
  other.resume(relabelled, 3);
  for (Index user = 0; user < users; ++user) {
    for (Index item = 0; item < items; ++item) CHECK(model.score(user, item) == other.score(user, places[item]));
  }
}

TEST_CASE("views know their way in more than 2^31 ratings and items") {
  // Spans that claim to be so long: whoever looked into them would be stopped by the system.
  static const Index item = 0;
  static const float value = 0;
  constexpr Size limit = Size{1} << 31;
  const auto view = [](const auto& offsets, Size cols = 1) {
    const auto count = static_cast<std::size_t>(offsets.back());
    return SparseMatrixView<float>(cols, std::span(offsets), std::span(&item, count), std::span(&value, count));
  };
  const std::vector<std::int32_t> narrow{0, 5, std::numeric_limits<std::int32_t>::max()};
  const std::vector<Size> wide{0, 5, limit - 1, limit, limit + 1, 4 * limit};
  CHECK(view(narrow).nonzeros() == limit - 1);
  CHECK(view(narrow).row(1).size() == limit - 6);
  CHECK(view(narrow).user_of(limit - 2) == 1);
  const auto large = view(wide, limit - 1);
  CHECK(large.cols() == limit - 1);
  CHECK(large.nonzeros() == 4 * limit);
  CHECK(large.longest_row() == 3 * limit - 1);
  CHECK(large.row(4).size() == 3 * limit - 1);
  CHECK(large.row(4).items.data() == &item + (limit + 1));
  for (const auto& [place, user] : {std::pair<Size, Size>{0, 0},
                                    {4, 0},
                                    {5, 1},
                                    {limit - 2, 1},
                                    {limit - 1, 2},
                                    {limit, 3},
                                    {limit + 1, 4},
                                    {4 * limit - 1, 4}}) {
    CHECK(large.user_of(place) == user);
  }
  CHECK_THROWS_WITH_AS(view(wide, limit), doctest::Contains("number of items is 2147483648"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(SparseMatrixView<float>(1, std::span(wide.data(), static_cast<std::size_t>(limit) + 1), {}, {}),
                       doctest::Contains("number of offsets is 2147483649"), std::invalid_argument);

  const std::vector<Rating<float>> last{{0, std::numeric_limits<Index>::max() - 1, 3}};
  const auto matrix = SparseMatrix<float>::from_triplets(1, limit - 1, last);
  CHECK(matrix.row(0).items.front() == limit - 2);
  CHECK_THROWS_WITH_AS((void)SparseMatrix<float>::from_triplets(1, limit - 2, last),
                       doctest::Contains("an item index is 2147483646"), std::invalid_argument);
  CHECK_THROWS_AS((void)SparseMatrix<float>::from_triplets(1, limit, last), std::invalid_argument);
}
