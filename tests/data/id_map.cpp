// SPDX-License-Identifier: MIT
#include <asysvd/data/id_map.hpp>

#include <doctest/doctest.h>

#include <asysvd/random.hpp>
#include <limits>
#include <map>
#include <string>
#include <vector>

using namespace asysvd;

TEST_CASE("ids are numbered as they come, each once") {
  IdMap map;
  CHECK(map.insert(7) == 0);
  CHECK(map.insert("seven") == 1);
  CHECK(map.insert(-3) == 2);
  CHECK(map.insert(7) == 0);
  CHECK(map.insert("seven") == 1);
  CHECK(map.size() == 3);
  CHECK(map.find(7) == 0);
  CHECK(map.find("seven") == 1);
  CHECK_FALSE(map.find(8));
  CHECK_FALSE(map.find(std::int64_t{1} << 40));
  CHECK_FALSE(map.find("eight"));
  CHECK(map.names() == std::vector<std::string>{"7", "seven", "-3"});
  CHECK_THROWS_WITH_AS(static_cast<void>(map.name(3)), doctest::Contains("IdMap::name"), std::invalid_argument);
}

TEST_CASE("an id out of another map is the same id") {
  IdMap from;
  for (const char* id : {"7", "seven", "-3", "99999999999999999999"}) from.insert(id);
  IdMap map;
  CHECK(map.insert("seven") == 0);
  CHECK(map.insert(from, 0) == 1);
  CHECK(map.insert(from, 1) == 0);
  CHECK(map.insert(from, 3) == 2);
  CHECK(map.insert(from, 2) == 3);
  CHECK(map.names() == std::vector<std::string>{"seven", "7", "99999999999999999999", "-3"});
}

TEST_CASE("nothing is found in an empty map") {
  const IdMap map;
  CHECK(map.size() == 0);
  CHECK_FALSE(map.find(0));
  CHECK_FALSE(map.find(-1));
  CHECK_FALSE(map.find("a"));
}

TEST_CASE("a number and the text that it is printed as are one id; other spellings are strings") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  IdMap map;
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{17}, std::int64_t{-3}, least, most}) {
    const Index index = map.insert(number);
    CHECK(map.insert(std::to_string(number)) == index);
    CHECK(map.name(index) == std::to_string(number));
  }
  const Size numbers = map.size();
  for (const char* text : {"017", "1.0", "+17", "-0", "00", "-", "17 ", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(map.find(text));
    CHECK(map.insert(text) >= numbers);
    CHECK(map.name(*map.find(text)) == text);
  }
}

TEST_CASE("numbers of every size are told apart, as a std::map does") {
  Random random(1);
  IdMap map;
  std::map<std::string, Index> oracle;
  for (int draw = 0; draw < 20000; ++draw) {
    const auto bits = random();
    const auto number = static_cast<std::int64_t>(bits >> (bits % 64));
    std::string text = std::to_string(bits % 3 == 0 ? -number : number);
    if (bits % 5 == 0) text += 'x';
    const auto index = oracle.try_emplace(text, static_cast<Index>(oracle.size())).first->second;
    REQUIRE(map.insert(text) == index);
  }
  REQUIRE(map.size() == static_cast<Size>(oracle.size()));
  for (const auto& [text, index] : oracle) {
    REQUIRE(map.find(text) == index);
    REQUIRE(map.name(index) == text);
  }
  for (const auto edge : {IdMap::dense_range - 1, IdMap::dense_range}) {
    const Index index = map.insert(edge);
    CHECK(map.find(std::to_string(edge)) == index);
  }
}

TEST_CASE("sorting goes by number, or by bytes if there is a string, and leaves the first ids alone") {
  IdMap map;
  for (const std::int64_t number : {100, 9, -5, 5'000'000, 20}) map.insert(number);
  IdMap mixed = map;
  CHECK(map.sort() == std::vector<Index>{3, 1, 0, 4, 2});
  CHECK(map.names() == std::vector<std::string>{"-5", "9", "20", "100", "5000000"});
  for (Index i = 0; i < map.size(); ++i) CHECK(map.find(map.name(i)) == i);

  mixed.insert("1a");
  mixed.sort(1);
  CHECK(mixed.names() == std::vector<std::string>{"100", "-5", "1a", "20", "5000000", "9"});
  for (Index i = 0; i < mixed.size(); ++i) CHECK(mixed.find(mixed.name(i)) == i);
  CHECK(mixed.insert("2") == 6);
  CHECK_THROWS_AS(mixed.sort(8), std::invalid_argument);
}

TEST_CASE("maps are equal if they hold the same ids at the same indices") {
  IdMap a, b;
  for (const char* id : {"x", "3", "yz"}) a.insert(id);
  b.insert("x");
  CHECK_FALSE(a == b);
  b.reserve(100);
  b.insert(3);
  b.insert("yz");
  CHECK(a == b);
  IdMap c;
  for (const char* id : {"3", "x", "yz"}) c.insert(id);
  CHECK_FALSE(a == c);
  c.sort();
  CHECK_FALSE(a == c);
  a.sort();
  CHECK(a == c);
}
