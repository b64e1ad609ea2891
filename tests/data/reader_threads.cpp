// SPDX-License-Identifier: MIT
#include <asysvd/data/reader.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/random.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <temporary_file.hpp>
#include <vector>

using namespace asysvd;
using test::TemporaryFile;

namespace {

/// What reading a text in such pieces makes of it: ratings, or an error.
struct Outcome {
  detail::RatingColumns<double> ratings;
  std::string error;
};

Outcome outcome(const TemporaryFile& file, const detail::Cutting& cutting, Format format = Format::automatic) {
  Outcome outcome;
  outcome.ratings.user_ids.insert("known");
  outcome.ratings.item_ids.insert(7);
  try {
    detail::parse(detail::MappedFile(file.path()), format, cutting, outcome.ratings);
  } catch (const FileError& error) {
    outcome.error = error.what();
  }
  return outcome;
}

/// That one thread which reads all in one piece, and any number of them in pieces of any size, agree. An error alone is
/// compared where there is one: ratings that come before it are dropped. Returns whether there was none.
bool check_pieces(std::string_view text, Format format = Format::automatic) {
  const TemporaryFile file(text);
  const auto whole = outcome(file, {}, format);
  for (const int threads : {1, 2, 3, 7}) {
    for (const std::size_t bytes : {1, 5, 30, 200, 3000}) {
      const auto pieces = outcome(file, {.threads = threads, .piece_bytes = bytes}, format);
      REQUIRE(pieces.error == whole.error);
      if (!whole.error.empty()) continue;
      const auto &a = pieces.ratings, &b = whole.ratings;
      const bool same = a.user_ids == b.user_ids && a.item_ids == b.item_ids && a.users == b.users &&
                        a.items == b.items && a.values == b.values && a.timestamps == b.timestamps;
      if (!same) MESSAGE(text);
      REQUIRE(same);
    }
  }
  return whole.error.empty();
}

/// Lines of random ratings, some of them of the same item, with ids that are numbers and some that are not.
std::string random_lines(Random& random, const std::string& separator, const std::string& end, bool strings,
                         const std::string& quote = "") {
  std::string text;
  for (auto lines = 1 + random.below(60u); lines > 0; --lines) {
    text += quote + std::to_string(1 + random.below(20u)) + (strings && random.below(3u) == 0 ? "k" : "") + quote +
            separator + std::to_string(1 + random.below(30u)) + separator + std::to_string(1 + random.below(9u)) +
            (random.below(2u) == 0 ? ".5" : "") + separator + std::to_string(random.below(1000000u)) + end;
    if (random.below(9u) == 0) text += "  " + end;
    if (random.below(9u) == 0) text += "# \"" + end;
  }
  if (random.below(2u) == 0) text.resize(text.size() - end.size());
  return text;
}

}  // namespace

TEST_CASE("files of every format, with and without a last line end, are the same in pieces on any number of threads") {
  Random random(5);
  for (int draw = 0; draw < 10; ++draw) {
    for (const char* separator : {"::", "\t", ";", "|", ",", " "}) {
      for (const char* end : {"\n", "\r\n"}) {
        for (const bool strings : {false, true}) CHECK(check_pieces(random_lines(random, separator, end, strings)));
      }
    }
    CHECK(check_pieces("\xef\xbb\xbfuser,item,rating,timestamp\n" + random_lines(random, ",", "\n", true, "\"")));
    std::string market = "%%MatrixMarket matrix coordinate real general\n%\n9 9 50\n";
    for (int entry = 0; entry < 50; ++entry) {
      market += std::to_string(1 + random.below(9u)) + ' ' + std::to_string(1 + random.below(9u)) + " 2.5\n";
      if (random.below(9u) == 0) market += "% a comment\n\n";
    }
    CHECK(check_pieces(market));
    CHECK_FALSE(check_pieces(market + "1 1 1\n2 2 2\n"));
    CHECK_FALSE(check_pieces(market.substr(0, market.size() - 20)));
  }
}

TEST_CASE("tiny files") {
  for (const char* text : {"1,2,3", "1,2,3\n", "1,2,3\n4,5,6", "user,item\n", "user,item", "1,2,3\n#", "1,2,3\n \t",
                           "\n\n1,2,3\n\n", "%%MatrixMarket matrix coordinate pattern general\n1 1 0"}) {
    CAPTURE(text);
    CHECK(check_pieces(text));
  }
  CHECK_FALSE(check_pieces(""));
}

TEST_CASE("a quoted field may span lines wherever a piece ends") {
  Random random(6);
  for (int draw = 0; draw < 40; ++draw) {
    std::string text = "user,text,item,rating\n";
    for (int line = 0; line < 30; ++line) {
      text += std::to_string(random.below(9u)) + ",\"";
      // What it holds looks like records, and like quotes that open and close.
      for (auto parts = random.below(6u); parts > 0; --parts) {
        constexpr std::string_view kinds[] = {"1,x,2,3\n", "\n", "a,\"\"\n", "\"\"\n", "b, \\\"c\n", "# ", "\r\n"};
        text += kinds[random.below(7u)];
      }
      text += "\"," + std::to_string(random.below(9u)) + ",3\n";
    }
    CHECK(check_pieces(text));
    CHECK_FALSE(check_pieces(text + "1,\"a\nb\",x\n" + text));
    CHECK_FALSE(check_pieces(text + "1,\"never closed,2,3\n" + text));
  }
}

TEST_CASE("the first error of a file is reported, with its line") {
  Random random(7);
  for (int draw = 0; draw < 30; ++draw) {
    const auto before = random_lines(random, ",", "\n", true) + "\n", after = random_lines(random, ",", "\r\n", true);
    for (const char* bad : {"1,2,x,4\n", "1,2\n", ",1,2,3\n", "\"1,2,3,4\n", "1,2,3,soon\n"}) {
      CHECK_FALSE(check_pieces(before + bad + after + bad));
    }
  }
}

TEST_CASE("damaged files, of whatever format") {
  const std::string whole =
      "# c\nuser,\"item\",rating,timestamp\r\n1,\"a,\"\"b\"\"\",4.5,838985046\r\n2,\"c\nd\", -1e1 "
      ",2005-09-06\n3,4,5,6\n";
  Random random(12);
  int read = 0;
  for (int draw = 0; draw < 300; ++draw) {
    std::string text = whole;
    for (auto changes = random.below(4u); changes > 0; --changes) {
      constexpr std::string_view bytes("\0\"\\,;:|\t\r\n #%-+.e0179\xff", 22);
      text[random.below(static_cast<std::uint32_t>(text.size()))] = bytes[random.below(std::uint32_t{bytes.size()})];
    }
    read += check_pieces(text, draw % 3 == 0 ? Format::csv : Format::automatic);
  }
  CHECK(read > 50);
  CHECK(read < 250);
}

TEST_CASE("a file of many pieces, sorted or not, with duplicates, and an error at its end") {
  Random random(8);
  for (const bool sorted : {true, false}) {
    std::string text = "user,item,rating,timestamp\n";
    for (std::uint32_t n = 0; text.size() < 11'000'000; ++n) {
      text += std::to_string(sorted ? n / 100 : random.below(5000u)) + ',' +
              std::to_string(sorted ? n % 100 : random.below(3000u)) + ',' + std::to_string(1 + random.below(5u)) +
              ',' + std::to_string(random.below(1000000000u)) + '\n';
    }
    const TemporaryFile file(text), broken(text + "1,2,3\n"), twice(text + "17,2,3,4\n17,2,3,4\n");
    const auto one = read_ratings<float>(file.path());
    CHECK((one.duplicates > 0) == !sorted);
    const auto error = [](const TemporaryFile& wrong, const ReadOptions& options) -> std::string {
      try {
        (void)read_ratings<float>(wrong.path(), options);
      } catch (const FileError& found) {
        return found.what();
      }
      return "";
    };
    for (const int threads : {2, 3, 7}) {
      const auto some = read_ratings<float>(file.path(), {.threads = threads});
      CHECK(some.users == one.users);
      CHECK(some.items == one.items);
      CHECK(some.timestamps == one.timestamps);
      CHECK(some.duplicates == one.duplicates);
      CHECK(std::ranges::equal(some.ratings.items(), one.ratings.items()));
      CHECK(std::ranges::equal(some.ratings.values(), one.ratings.values()));
      CHECK(some.ratings.offset(some.ratings.rows() / 2) == one.ratings.offset(one.ratings.rows() / 2));
      const auto found = error(broken, {.threads = threads});
      CHECK(found == error(broken, {}));
      const auto line = std::to_string(std::count(text.begin(), text.end(), '\n') + 1);
      CHECK(found.find(':' + line + ":6: expected another field: the timestamp") != found.npos);
      CHECK(error(twice, {.duplicates = Duplicates::refuse, .threads = threads}) ==
            error(twice, {.duplicates = Duplicates::refuse}));
    }
  }
}

TEST_CASE("less than one thread can't read") {
  const TemporaryFile file("1,2,3\n");
  CHECK_THROWS_WITH_AS((void)read_ratings<float>(file.path(), {.threads = 0}),
                       doctest::Contains("threads is 0; expected at least 1"), std::invalid_argument);
}
