// SPDX-License-Identifier: MIT
#include <asysvd/shared_array.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <span>
#include <utility>
#include <vector>

using namespace asysvd;

TEST_CASE("copies share the values of a vector that was given away") {
  std::vector<int> values{3, 1, 4};
  const int* const place = values.data();
  const SharedArray<int> array(std::move(values));
  const auto copy = array;
  CHECK(array.data() == place);
  CHECK(copy.data() == place);
  CHECK(copy.size() == 3);
  CHECK(copy[2] == 4);
  CHECK(std::vector<int>(copy.begin(), copy.end()) == std::vector<int>{3, 1, 4});
}

TEST_CASE("what is borrowed is kept alive by the last copy") {
  auto owner = std::make_shared<const std::vector<double>>(std::vector<double>{0.5, 2});
  const std::weak_ptr<const std::vector<double>> watched = owner;
  {
    SharedArray<double> copy;
    CHECK(copy.empty());
    {
      const SharedArray<double> array(std::span<const double>(*owner).subspan(1), owner);
      owner.reset();
      copy = array;
    }
    CHECK_FALSE(watched.expired());
    CHECK(copy.size() == 1);
    CHECK(copy[0] == 2);
  }
  CHECK(watched.expired());
}

TEST_CASE("arrays are equal by their values, wherever these lie") {
  const SharedArray<int> one(std::vector<int>{1, 2}), same(std::vector<int>{1, 2}), other(std::vector<int>{1, 3});
  CHECK(one == same);
  CHECK(one != other);
  CHECK(one != SharedArray<int>(std::vector<int>{1}));
  CHECK(SharedArray<int>() == SharedArray<int>(std::vector<int>{}));
}
