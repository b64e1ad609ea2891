// SPDX-License-Identifier: MIT
#include <asysvd/data/titles.hpp>

#include <doctest/doctest.h>

#include <real_data.hpp>
#include <string_view>
#include <temporary_file.hpp>

using namespace asysvd;
using test::TemporaryFile;

namespace {

Titles titles_of(std::string_view text) {
  const TemporaryFile file(text);
  return read_titles(file.path());
}

}  // namespace

TEST_CASE("MovieLens' three forms") {
  const Titles expected{{"1", "Toy Story (1995)"}, {"11", "American President, The (1995)"}};
  CHECK(titles_of("1|Toy Story (1995)|01-Jan-1995||http://x|0\n11|American President, The (1995)|||x|1\n") == expected);
  CHECK(titles_of("1::Toy Story (1995)::Animation|Comedy\n11::American President, The (1995)::Drama") == expected);
  CHECK(titles_of("movieId,title,genres\r\n1,Toy Story (1995),Animation|Comedy\r\n"
                  "11,\"American President, The (1995)\",Drama\r\n") == expected);
  CHECK(titles_of("1,Toy Story (1995),Animation|Comedy\n11,\"American President, The (1995)\",Drama\n") == expected);
  CHECK(titles_of("11\tAmerican President, The (1995)\n1\tToy Story (1995)\n") == expected);
}

TEST_CASE("books by their header, quoted, with quotes of both kinds within") {
  const auto titles = titles_of(
      "\"ISBN\";\"Book-Title\";\"Book-Author\"\n"
      "\"0195153448\";\"Classical Mythology\";\"M\"\n"
      "\"000X\";\"The \\\"big\\\" one; a \"\"story\"\"\";\"N\"\n"
      "\"1\";\"ends with \\\"quotes\\\"\";\"N\"\n");
  CHECK(titles == Titles{{"0195153448", "Classical Mythology"},
                         {"000X", "The \"big\" one; a \"story\""},
                         {"1", "ends with \"quotes\""}});
}

TEST_CASE("columns of a header are found in any order") {
  CHECK(titles_of("name\turl\tid\nABBA\thttp\t5\n") == Titles{{"5", "ABBA"}});
  CHECK(titles_of("title,genres,item_id\n\"a\nb\",x,5\n") == Titles{{"5", "a\nb"}});
}

TEST_CASE("quotes that belong to a title stay where fields are not quoted") {
  CHECK(titles_of("1\t\"Great Performances\" Cats (1998)\t\n") == Titles{{"1", "\"Great Performances\" Cats (1998)"}});
  CHECK(titles_of("1::\"Great Performances\" Cats (1998)::\n") == Titles{{"1", "\"Great Performances\" Cats (1998)"}});
}

TEST_CASE("titles come out as UTF-8, whether they were or were Latin-1") {
  CHECK(titles_of("1|Mis\xe9rables, Les|\n") == Titles{{"1", "Mis\xc3\xa9rables, Les"}});
  CHECK(titles_of("1|Mis\xc3\xa9rables, Les|\n") == Titles{{"1", "Mis\xc3\xa9rables, Les"}});
}

TEST_CASE("only well-formed UTF-8 passes for it") {
  for (const char* text :
       {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    CHECK(detail::is_utf8(text));
  }
  for (const char* text : {"\xe9", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80",
                           "\xe2\x82", "\xf0\x80\x80\xaf", "\xc3\xa9\xe9"}) {
    CHECK_FALSE(detail::is_utf8(text));
    CHECK(detail::is_utf8(detail::to_utf8(text)));
  }
}

TEST_CASE("the last title of an item counts") {
  CHECK(titles_of("1,a\n1,b\n") == Titles{{"1", "b"}});
}

TEST_CASE("a line without a title, or without an id, is an error with its place") {
  const auto place_of = [](std::string_view text) {
    try {
      titles_of(text);
    } catch (const FileError& error) {
      return std::pair(error.line(), error.column());
    }
    return std::pair<Size, Size>();
  };
  CHECK(place_of("1,a\n2\n") == std::pair<Size, Size>(2, 2));
  CHECK(place_of("1,a\n\n  ,b\n") == std::pair<Size, Size>(3, 3));
  CHECK(place_of("only\n") == std::pair<Size, Size>(1, 1));
  CHECK_THROWS_AS(static_cast<void>(titles_of("")), FileError);
}

TEST_CASE("the titles of MovieLens 100K and latest-small" * doctest::test_suite("real data")) {
  const auto valid = [](const Titles& titles) {
    return std::ranges::all_of(titles, [](const auto& title) { return detail::is_utf8(title.second); });
  };
  if (const auto path = test::real_data("ml-100k/u.item")) {
    const auto titles = read_titles(*path);
    CHECK(titles.size() == 1682);
    CHECK(titles.at("1") == "Toy Story (1995)");
    CHECK(titles.at("1175") == "Hugo Pool (1997)");
    CHECK(valid(titles));
    CHECK(std::ranges::any_of(titles,
                              [](const auto& title) { return title.second.find("\xc3\xa9") != title.second.npos; }));
  }
  if (const auto path = test::real_data("ml-latest-small/movies.csv")) {
    const auto titles = read_titles(*path);
    CHECK(titles.size() == 9742);
    CHECK(titles.at("1") == "Toy Story (1995)");
    CHECK(titles.at("11") == "American President, The (1995)");
    CHECK(valid(titles));
  }
}
