// SPDX-License-Identifier: MIT
// One step at a time, against differences of what is predicted; whole fits of steps are in exactness and notebook.
#include <asysvd/train/step.hpp>

#include <asysvd/feedback.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace asysvd;

namespace {

/// Four of six items, rated by one user.
struct Fixture {
  const std::vector<Index> items{0, 2, 3, 5};
  const std::vector<double> ratings{4, 2, 5, 3};
  const ProfileView<double> profile{items, ratings};
  const std::size_t position = 2;
  const double user_baseline = 0.3, weight = 0.7, eta = 0.01;
  Parameters<double> parameters;

  Fixture() {
    Random random(11);
    const auto drawn = [&](FactorMatrix<double>& matrix) {
      matrix = FactorMatrix<double>(6, 3);
      for (Size j = 0; j < 6; ++j) {
        for (double& value : matrix.row(j)) value = random.normal();
      }
    };
    drawn(parameters.q);
    drawn(parameters.x);
    drawn(parameters.y);
    parameters.mean = 3.2;
    parameters.user_bias = {0.4};
    for (Index j = 0; j < 6; ++j) {
      parameters.item_bias.push_back(random.normal());
      parameters.item_baseline.push_back(random.normal());
    }
  }

  /// r̂, by the formula: n^-½ of all four ratings also where one is left out.
  [[nodiscard]] double predicted(const Parameters<double>& at, bool leave_one_out) const {
    const Index item = items[position];
    double sum = at.mean + at.user_bias[0] + at.item_bias[item];
    for (std::size_t t = 0; t < items.size(); ++t) {
      if (leave_one_out && t == position) continue;
      const double deviation = ratings[t] - at.mean - user_baseline - at.item_baseline[items[t]];
      for (int f = 0; f < 3; ++f) {
        sum += (deviation * at.x.row(items[t])[f] + at.y.row(items[t])[f]) / std::sqrt(4.0) * at.q.row(item)[f];
      }
    }
    return sum;
  }

  /// Every number that a step may move.
  static std::vector<double*> numbers(Parameters<double>& of) {
    std::vector<double*> all{&of.user_bias[0]};
    for (double& bias : of.item_bias) all.push_back(&bias);
    for (auto* matrix : {&of.q, &of.x, &of.y}) {
      for (Size j = 0; j < 6; ++j) {
        for (double& value : matrix->row(j)) all.push_back(&value);
      }
    }
    return all;
  }

  double step(Parameters<double>& moved, const Options& options) const {
    const detail::Rates<double> rates(options, eta, std::vector<Size>(6, 1));
    GradientStep::Pass<double, FullFeedback, Eigen::Dynamic> pass(moved, FullFeedback{}, options);
    return pass.apply({profile, 0, position, user_baseline, weight}, rates);
  }
};

Options without_penalties(bool leave_one_out) {
  return {.regularization = {.x = 0, .y = 0, .q = 0, .bias = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0},
          .shrink = Shrink::per_sample,
          .leave_one_out = leave_one_out};
}

}  // namespace

TEST_CASE("a step goes against the gradient of the squared error, its weight included, and tells that error") {
  const Fixture fixture;
  for (const bool leave_one_out : {false, true}) {
    auto moved = fixture.parameters, shifted = fixture.parameters, start = fixture.parameters;
    const double told = fixture.step(moved, without_penalties(leave_one_out));
    const double error = fixture.ratings[fixture.position] - fixture.predicted(start, leave_one_out);
    CHECK(told == doctest::Approx(error * error).epsilon(1e-12));
    const auto after = Fixture::numbers(moved), before = Fixture::numbers(start), at = Fixture::numbers(shifted);
    int moving = 0;
    for (std::size_t n = 0; n < at.size(); ++n) {
      constexpr double h = 1e-6;
      *at[n] = *before[n] + h;
      const double above = fixture.predicted(shifted, leave_one_out);
      *at[n] = *before[n] - h;
      const double below = fixture.predicted(shifted, leave_one_out);
      *at[n] = *before[n];
      const double expected = fixture.eta * fixture.weight * error * (above - below) / (2 * h);
      CHECK(*after[n] - *before[n] == doctest::Approx(expected).epsilon(1e-6).scale(1e-3));
      moving += *after[n] != *before[n] ? 1 : 0;
    }
    CHECK(moving == 2 + 3 + 6 * (leave_one_out ? 3 : 4));  // two biases, one row of q, x and y of what is in p
  }
}

TEST_CASE("penalties shrink what the step touches, each by its own λ, and share a visit's out over its ratings") {
  const Fixture fixture;
  for (const Shrink shrink : {Shrink::per_sample, Shrink::per_visit}) {
    auto options = without_penalties(true);
    auto plain = fixture.parameters, shrunk = fixture.parameters;
    options.shrink = shrink;
    fixture.step(plain, options);
    options.regularization.x = 0.1;
    options.regularization.y = 0.2;
    options.regularization.q = 0.3;
    options.regularization.bias = 0.4;
    fixture.step(shrunk, options);
    const double visit = shrink == Shrink::per_visit ? 4 : 1;
    const Index target = fixture.items[fixture.position];
    const auto less = [&](double with, double without, double start, double lambda) {
      CHECK(without - with == doctest::Approx(fixture.eta * lambda * start).epsilon(1e-9));
    };
    for (int f = 0; f < 3; ++f) {
      for (const Index j : fixture.items) {
        less(shrunk.x.row(j)[f], plain.x.row(j)[f], fixture.parameters.x.row(j)[f], 0.1 / visit);
        less(shrunk.y.row(j)[f], plain.y.row(j)[f], fixture.parameters.y.row(j)[f], 0.2 / visit);
      }
      less(shrunk.q.row(target)[f], plain.q.row(target)[f], fixture.parameters.q.row(target)[f], 0.3);
      CHECK(shrunk.x.row(1)[f] == fixture.parameters.x.row(1)[f]);
    }
    less(shrunk.user_bias[0], plain.user_bias[0], 0.4, 0.4);
    less(shrunk.item_bias[target], plain.item_bias[target], fixture.parameters.item_bias[target], 0.4);
  }
}
