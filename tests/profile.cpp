// SPDX-License-Identifier: MIT
#include <asysvd/profile.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace asysvd;

TEST_CASE("a profile keeps its items in order, each once, the last rating of it") {
  Profile<float> profile{{40, 2.5f}, {12, 5.0f}, {40, 3.0f}};
  REQUIRE(profile.size() == 2);
  CHECK(profile.view().items[0] == 12);
  CHECK(profile.view().items[1] == 40);
  CHECK(profile.view().ratings[1] == 3.0f);
  profile.set(20, 1.0f);
  CHECK(profile.view().items[1] == 20);
  CHECK(profile.view().ratings[2] == 3.0f);
  CHECK(profile.erase(12));
  CHECK_FALSE(profile.erase(12));
  CHECK(profile.view().ratings[0] == 1.0f);
  CHECK(Profile<float>(profile.view()).view().items[1] == 40);
}

TEST_CASE("a profile refuses what can't be a rating, and stays as it was") {
  Profile<double> profile{{1, 2.0}};
  CHECK_THROWS_AS(profile.set(-1, 1.0), std::invalid_argument);
  CHECK_THROWS_AS(profile.set(0, std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  CHECK(profile.size() == 1);
}

TEST_CASE("a profile keeps items without a rating, until they have one") {
  Profile<float> profile{{12, 5.0f}};
  for (const Index item : {40, 7, 12, 40}) profile.add_unrated(item);
  CHECK(profile.size() == 1);
  CHECK(profile.view().implicit_size() == 3);
  REQUIRE(profile.view().unrated.size() == 2);
  CHECK(profile.view().unrated[0] == 7);
  CHECK(profile.view().unrated[1] == 40);
  profile.set(7, 1.0f);
  CHECK(profile.view().unrated.size() == 1);
  CHECK(Profile<float>(profile.view()).view().unrated[0] == 40);
  CHECK(profile.is_unrated(40));
  CHECK_FALSE(profile.is_unrated(7));
  CHECK(profile.rating(7) == 1.0f);
  CHECK_FALSE(profile.rating(40).has_value());
  CHECK(profile.erase(40));
  CHECK_FALSE(profile.erase(40));
  CHECK_THROWS_AS(profile.add_unrated(-1), std::invalid_argument);
}
