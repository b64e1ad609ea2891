// SPDX-License-Identifier: MIT
#include <asysvd/io/csv.hpp>

#include <asysvd/data/file_error.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "random_ratings.hpp"
#include "temporary_file.hpp"

using namespace asysvd;
using test::TemporaryFile;

namespace {

using Model = AsySVD<float, ByUser, FullFeedback, 3>;

const Model& fitted() {
  static const Model model = [] {
    Model made({.epochs = 3});
    made.fit(test::random_ratings<float>(9, 7, 5, 1));
    return made;
  }();
  return model;
}

/// The fields of each line of a file in which nothing is quoted.
std::vector<std::vector<std::string>> fields_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

}  // namespace

TEST_CASE("users and items as files are all that scores are made of, to the last bit of a factor") {
  const auto& model = fitted();
  const TemporaryFile user_file(""), item_file("");
  save_users(model, user_file.path());
  save_items(model, item_file.path());
  const auto users = fields_of(user_file.path()), items = fields_of(item_file.path());
  REQUIRE(users.size() == 10);
  REQUIRE(items.size() == 8);
  CHECK(users[0] == std::vector<std::string>{"user", "offset", "p1", "p2", "p3"});
  CHECK(items[0] == std::vector<std::string>{"item", "offset", "q1", "q2", "q3"});
  for (Index user = 0; user < 9; ++user) {
    const auto& p = users[static_cast<std::size_t>(user) + 1];
    CHECK(p[0] == std::to_string(user));
    CHECK(std::stof(p[2]) == model.user_factors().row(user)[0]);
    for (Index item = 0; item < 7; ++item) {
      const auto& q = items[static_cast<std::size_t>(item) + 1];
      CHECK(std::stof(q[4]) == model.parameters().q.row(item)[2]);
      float score = std::stof(p[1]) + std::stof(q[1]);
      for (std::size_t f = 2; f < 5; ++f) score += std::stof(p[f]) * std::stof(q[f]);
      CHECK(score == doctest::Approx(model.score(user, item)));
    }
  }
}

TEST_CASE("recommendations as a file are those of each user, best first, with ids quoted where they have to be") {
  const auto& model = fitted();
  const TemporaryFile file("");
  save_recommendations(model, file.path(), {.count = 2, .threads = 2});
  const auto rows = fields_of(file.path());
  CHECK(rows[0] == std::vector<std::string>{"user", "rank", "item", "score"});
  std::size_t row = 1;
  for (Index user = 0; user < 9; ++user) {
    int rank = 0;
    for (const auto& [item, score] : model.recommend(user, {.count = 2})) {
      REQUIRE(row < rows.size());
      CHECK(rows[row][0] == std::to_string(user));
      CHECK(rows[row][1] == std::to_string(++rank));
      CHECK(rows[row][2] == std::to_string(item));
      CHECK(std::stof(rows[row][3]) == score);
      ++row;
    }
  }
  CHECK(row == rows.size());

  IdMap ids;
  for (const char* id : {"17", "a,b", "say \"b\"", "two\nlines", "", "caf\xc3\xa9", "plain"})
    ids.insert(std::string_view(id));
  save_items(model, file.path(), ids);
  std::ifstream stream(file.path());
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  for (const char* row_of :
       {"\n17,", "\n\"a,b\",", "\n\"say \"\"b\"\"\",", "\n\"two\nlines\",", "\n,", "\ncaf\xc3\xa9,", "\nplain,"}) {
    CHECK(text.find(row_of) != text.npos);
  }
}

TEST_CASE("what a model has not is not written, and nothing takes the place of what was there") {
  const TemporaryFile file("before");
  IdMap two;
  for (const char* id : {"a", "b"}) two.insert(std::string_view(id));
  CHECK_THROWS_WITH_AS(save_items(fitted(), file.path(), two), doctest::Contains("number of item ids is 2"),
                       std::invalid_argument);
  CHECK_THROWS_AS(save_items(Model(), file.path()), std::invalid_argument);
  const auto without_ratings = Model::restore(fitted().options(), fitted().parameters());
  CHECK_THROWS_WITH_AS(save_users(without_ratings, file.path()), doctest::Contains("set_ratings"),
                       std::invalid_argument);
  CHECK_THROWS_AS(save_recommendations(without_ratings, file.path()), std::invalid_argument);
  CHECK(fields_of(file.path()) == std::vector<std::vector<std::string>>{{"before"}});
  CHECK_THROWS_AS(save_items(fitted(), file.path() / "below a file"), FileError);
}
