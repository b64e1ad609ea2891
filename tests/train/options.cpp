// SPDX-License-Identifier: MIT
#include <asysvd/train/options.hpp>

#include <doctest/doctest.h>

#include <asysvd/random.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace asysvd;

namespace {

template <class Change>
std::string complaint(Change change) {
  Options options;
  change(options);
  try {
    options.validate();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the defaults are admissible, and each option out of range is named with its value and its range") {
  CHECK_NOTHROW(Options{}.validate());
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(complaint([](Options& o) { o.factors = 0; }) == "asysvd::Options: factors is 0; expected 1 to 65536");
  CHECK(complaint([](Options& o) { o.factors = 65537; }).find("factors is 65537") != std::string::npos);
  CHECK(complaint([](Options& o) { o.epochs = 0; }).find("epochs is 0") != std::string::npos);
  for (const double bad : {0.0, -1.0, nan, inf}) {
    CHECK(complaint([&](Options& o) { o.learning_rate = bad; }).find("learning_rate is") != std::string::npos);
  }
  for (const double bad : {-1e-9, nan, inf, 1 / 0.012}) {
    CHECK(complaint([&](Options& o) { o.regularization.x = bad; }).find("regularization.x is") != std::string::npos);
    CHECK(complaint([&](Options& o) { o.regularization.y = bad; }).find("regularization.y is") != std::string::npos);
    CHECK(complaint([&](Options& o) { o.regularization.q = bad; }).find("regularization.q is") != std::string::npos);
    CHECK(complaint([&](Options& o) { o.regularization.bias = bad; }).find("regularization.bias is") !=
          std::string::npos);
  }
  for (const double bad : {-2.0, nan, inf}) {
    for (double Regularization::*whole :
         {&Regularization::whole_q, &Regularization::whole_user, &Regularization::whole_item}) {
      CHECK(complaint([&](Options& o) { o.regularization.*whole = bad; }).find("regularization.whole_") !=
            std::string::npos);
    }
    CHECK(complaint([&](Options& o) { o.rating_unit = bad; }).find("rating_unit is") != std::string::npos);
  }
  CHECK(complaint([](Options& o) { o.user_shrinkage = -1; }).find("user_shrinkage is -1") != std::string::npos);
  CHECK(complaint([&](Options& o) { o.item_shrinkage = nan; }).find("item_shrinkage is nan") != std::string::npos);
  CHECK(complaint([](Options& o) { o.schedule = Schedule::exponential(1.5); }).find("decay is 1.5") !=
        std::string::npos);
  CHECK(complaint([](Options& o) { o.schedule = Schedule::inverse_time(-1); }).find("rate is -1") != std::string::npos);
  CHECK(complaint([](Options& o) { o.schedule = Schedule::cosine(0); }).find("final is 0") != std::string::npos);
}

TEST_CASE("the ends of a range belong to it") {
  Options least{.factors = 1, .epochs = 1, .rating_unit = 0, .members = 0};
  least.regularization = {.x = 0, .y = 0, .q = 0, .bias = 0, .whole_q = 0, .whole_user = 0, .whole_item = 0};
  least.user_shrinkage = least.item_shrinkage = 0;
  CHECK_NOTHROW(least.validate());
  CHECK_NOTHROW(Options{.factors = 65536, .members = 65536, .averaging = 1}.validate());
  CHECK(complaint([](Options& o) { o.members = o.factors + 1; }).find("members is 51") != std::string::npos);
  CHECK(complaint([](Options& o) { o.averaging = 1.01; }).find("averaging is 1.01") != std::string::npos);
}

TEST_CASE("a start of all zeros is refused, with the reason") {
  for (const auto zeros : {Initialization::normal(0), Initialization::uniform(0, 0)}) {
    const auto message = complaint([&](Options& o) { o.initialization = zeros; });
    CHECK(message.find("from which no factor ever moves") != std::string::npos);
  }
  CHECK(complaint([](Options& o) { o.initialization = Initialization::normal(-1); }).find("sigma is -1") !=
        std::string::npos);
  CHECK(complaint([](Options& o) { o.initialization = Initialization::uniform(1, 1); }).find("high is 1") !=
        std::string::npos);
}

TEST_CASE("schedules follow their formulas") {
  CHECK(Schedule::constant().factor(7, 10) == 1);
  CHECK(Schedule::exponential(0.5).factor(0, 10) == 1);
  CHECK(Schedule::exponential(0.5).factor(3, 10) == 0.125);
  CHECK(Schedule::inverse_time(0.5).factor(2, 10) == 0.5);
  CHECK(Schedule::cosine(0.1).factor(0, 11) == 1);
  CHECK(Schedule::cosine(0.1).factor(5, 11) == doctest::Approx(0.55));
  CHECK(Schedule::cosine(0.1).factor(10, 11) == doctest::Approx(0.1));
  CHECK(Schedule::cosine(0.1).factor(0, 1) == 1);
  CHECK(Schedule::exponential(0.97).to_text() == "exponential(0.97)");
  CHECK(Schedule::constant().to_text() == "constant()");
}

TEST_CASE("what schedules and starts are written as, they are read from") {
  for (const auto schedule :
       {Schedule::constant(), Schedule::exponential(0.97), Schedule::inverse_time(0.125), Schedule::cosine(1e-3)}) {
    CHECK(Schedule::from_text(schedule.to_text()).to_text() == schedule.to_text());
  }
  for (const auto start : {Initialization::normal(0.1), Initialization::uniform(-1.5, 1e-7)}) {
    CHECK(Initialization::from_text(start.to_text()).to_text() == start.to_text());
  }
  for (const char* bad : {"", "exponential", "exponential()", "exponential(x)", "exponential(1, 2)", "cosine(0.5",
                          "linear(1)", "exponential(0.5))"}) {
    CHECK_THROWS_AS((void)Schedule::from_text(bad), std::invalid_argument);
  }
  CHECK_THROWS_AS((void)Initialization::from_text("uniform(1)"), std::invalid_argument);
}

TEST_CASE("a row drawn by normal(sigma) has the norm sigma on average, whatever the number of factors") {
  Random random(1);
  for (const int factors : {4, 100}) {
    double square = 0;
    for (int draw = 0; draw < 40'000; ++draw) {
      const double value = Initialization::normal(0.3).draw(random, factors);
      square += value * value;
    }
    CHECK(std::sqrt(square / 40'000 * factors) == doctest::Approx(0.3).epsilon(0.02));
  }
}

TEST_CASE("draws of uniform(low, high) are spread evenly from low to high") {
  Random random(1);
  const auto start = Initialization::uniform(-0.2, 1);
  std::vector<int> counts(12, 0);
  for (int draw = 0; draw < 60'000; ++draw) {
    const double value = start.draw(random, 7);
    REQUIRE((value >= -0.2 && value < 1));
    ++counts[static_cast<std::size_t>((value + 0.2) * 10)];
  }
  for (const int count : counts) CHECK(count == doctest::Approx(5000).epsilon(0.05));
}
