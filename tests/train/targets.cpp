// SPDX-License-Identifier: MIT
// Whatever the loops are compiled for, and however wide, they learn the same; only rounding differs.
#include <asysvd/train/detail/epoch.hpp>

#include <doctest/doctest.h>

#include <asysvd/train/sampler.hpp>
#include <cmath>
#include <concepts>
#include <limits>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

template <class Scalar>
struct Fixture {
  explicit Fixture(int k) : factors(k) {}

  int factors;
  SparseMatrix<Scalar> ratings = test::random_ratings<Scalar>(30, 40, 12, 7);
  Options options{
      .factors = factors, .learning_rate = 0.02, .shrink = Shrink::per_sample, .rating_unit = 1, .members = 1};
  ByUser sampler;
  FullFeedback feedback;
  std::vector<bool> learned_from;
  std::vector<Scalar> user_baseline = std::vector<Scalar>(static_cast<std::size_t>(ratings.rows()), Scalar(0.1));
  Parameters<Scalar> parameters = initial_members<Scalar, FullFeedback>(ratings, options).front();

  /// Three epochs of what `make(training, sampler, feedback)` gives.
  template <class Make>
  Parameters<Scalar> learned(Make make) const {
    auto state = parameters;
    const SparseMatrixView<Scalar>& view = ratings;
    auto run = make(detail::Training<Scalar>{state, view, {}, learned_from, user_baseline, options}, sampler, feedback);
    const detail::Rates<Scalar> rates(options, options.learning_rate, rating_counts(view));
    Random random(3);
    for (int epoch = 0; epoch < 3; ++epoch) {
      detail::Loss loss(std::numeric_limits<double>::infinity());
      run(random, rates, loss, detail::Part{});
    }
    return state;
  }
};

constexpr detail::PassKind kind{};  // of `FullFeedback` with leave-one-out

/// Packets of 64 bytes on every processor: rows of up to 64 bytes are one of them, others an even number.
struct WidePackets {
  template <std::floating_point Scalar>
  static constexpr int packet_size = 64 / sizeof(Scalar);
  template <auto loop, class Loops>
  static auto run(Loops& loops) {
    return (loops.*loop)();
  }
};

template <class Scalar>
double largest_difference(const Parameters<Scalar>& a, const Parameters<Scalar>& b) {
  double largest = 0;
  for (Size i = 0; i < a.items(); ++i) {
    for (const auto matrix : {&Parameters<Scalar>::q, &Parameters<Scalar>::x, &Parameters<Scalar>::y}) {
      largest = std::max<double>(largest, ((a.*matrix).row(i) - (b.*matrix).row(i)).cwiseAbs().maxCoeff());
    }
  }
  for (std::size_t u = 0; u < a.user_bias.size(); ++u) {
    largest = std::max<double>(largest, std::abs(a.user_bias[u] - b.user_bias[u]));
  }
  return largest;
}

}  // namespace

TEST_CASE_TEMPLATE("the target that is chosen here, and the one of the build, learn the same", Scalar, float, double) {
  const double tolerance = std::is_same_v<Scalar, float> ? 2e-5 : 1e-12;
  const auto check = [&]<int Factors>() {  // one packet; fewer and more than the registers of AVX2 hold
    const Fixture<Scalar> fixture(Factors);
    const auto chosen =
        fixture.learned([](const auto&... of) { return detail::make_epoch<Eigen::Dynamic, GradientStep>(of...); });
    CHECK(largest_difference(chosen, fixture.parameters) > 0.01);
    const auto narrow = fixture.learned([](const auto&... of) {
      using Loops = detail::UserLoops<Scalar, detail::BuildTarget, detail::width_of<Scalar>(Factors), kind>;
      return detail::user_epoch(of..., kind, &Loops::learn);
    });
    CHECK(largest_difference(chosen, narrow) < tolerance);
    const auto any_width = fixture.learned([](const auto&... of) {
      using Loops = detail::UserLoops<Scalar, detail::BuildTarget, Eigen::Dynamic, kind>;
      return detail::user_epoch(of..., kind, &Loops::learn);
    });
    CHECK(largest_difference(chosen, any_width) < tolerance);
    const auto wide_packets = fixture.learned([](const auto&... of) {
      using Loops = detail::UserLoops<Scalar, WidePackets, Eigen::Dynamic, kind>;
      return detail::user_epoch(of..., kind, &Loops::learn);
    });
    CHECK(largest_difference(chosen, wide_packets) < tolerance);
  };
  check.template operator()<5>();
  check.template operator()<20>();
  check.template operator()<80>();
}
