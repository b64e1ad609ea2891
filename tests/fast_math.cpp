// SPDX-License-Identifier: MIT
// Compiled with -ffast-math, where a compiler takes it for granted that no number is infinite or NaN.
#include <asysvd/data/reader.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "random_ratings.hpp"
#include "temporary_file.hpp"

using namespace asysvd;

namespace {

/// Out of bits, and volatile: so that no compiler can see what it is.
float from_bits(std::uint32_t bits) {
  volatile std::uint32_t hidden = bits;
  return std::bit_cast<float>(static_cast<std::uint32_t>(hidden));
}

constexpr std::uint32_t nan_bits = 0x7fc00000, infinity_bits = 0x7f800000;

}  // namespace

#ifndef __FAST_MATH__
#error "this test is about -ffast-math"
#endif

TEST_CASE("numbers are told from what is none by their bits") {
  for (const auto bits : {nan_bits, infinity_bits, nan_bits | 0x80000000u, infinity_bits | 0x80000000u, 0x7f800001u}) {
    CHECK(!detail::is_finite(from_bits(bits)));
  }
  for (const auto bits : {0u, 1u, 0x80000000u, 0x3f800000u, 0x7f7fffffu}) CHECK(detail::is_finite(from_bits(bits)));
}

TEST_CASE("a learning rate that is too large still ends the fit, and leaves finite numbers") {
  const auto ratings = test::random_ratings<float>(60, 40, 30, 1);
  for (const double rate : {0.5, 3.0, 1e3, 1e30}) {
    AsySVD<float, ByUser, FullFeedback, 8> model({.learning_rate = rate,
                                                  .schedule = Schedule::constant(),
                                                  .regularization = {.x = 0, .y = 0},
                                                  .initialization = Initialization::normal(1)});
    const auto report = model.fit(ratings);
    CAPTURE(rate);
    CHECK(report.stop_reason == StopReason::diverged);
    CHECK(report.divergence->learning_rate == rate);
    CHECK(model.parameters().all_finite());
    for (Index item = 0; item < model.items(); ++item) CHECK(detail::is_finite(model.score(1, item)));
  }
}

TEST_CASE("a fit that goes well is the best of its epochs") {
  const auto ratings = test::random_ratings<float>(60, 40, 30, 2);
  AsySVD<float, ByUser, FullFeedback, 8> model({.epochs = 5});
  const auto report = model.fit(ratings, {.validation = &ratings});
  CHECK(report.stop_reason == StopReason::max_epochs);
  REQUIRE(report.epochs.size() == 5);
  double least = report.epochs.front().validation.value();
  for (const auto& epoch : report.epochs) least = std::min(least, epoch.validation.value());
  CHECK(report.epochs[static_cast<std::size_t>(report.best_epoch) - 1].validation == least);
}

TEST_CASE("what is no number is refused where it comes in") {
  for (const auto bits : {nan_bits, infinity_bits}) {
    const std::vector<Rating<float>> triplets{{0, 0, from_bits(bits)}};
    CHECK_THROWS_AS((void)SparseMatrix<float>::from_triplets(1, 1, triplets), std::invalid_argument);
    const std::vector<std::int64_t> offsets{0, 1};
    const std::vector<Index> items{0};
    const std::vector<float> values{from_bits(bits)};
    CHECK_THROWS_AS(SparseMatrixView<float>(1, std::span(offsets), items, values).validate(), std::invalid_argument);
    CHECK_THROWS_AS((Profile<float>{{0, from_bits(bits)}}), std::invalid_argument);
  }
  for (const char* line : {"1,2,nan\n", "1,2,inf\n", "1,2,1e99\n"}) {
    const test::TemporaryFile file(line);
    CHECK_THROWS_AS((void)read_ratings<float>(file.path()), FileError);
  }
}
