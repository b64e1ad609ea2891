// SPDX-License-Identifier: MIT
#include <asysvd/data/reader.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asysvd/random.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <real_data.hpp>
#include <string>
#include <string_view>
#include <temporary_file.hpp>
#include <thread>
#include <vector>

using namespace asysvd;
using test::TemporaryFile;

namespace {

/// A rating with its ids as text.
struct Line {
  std::string user;
  std::string item;
  double rating;
  std::optional<std::int64_t> time = std::nullopt;

  friend bool operator==(const Line&, const Line&) = default;
};

/// All ratings, in the order of the rows.
template <class Scalar>
std::vector<Line> lines_of(const Dataset<Scalar>& data) {
  REQUIRE(data.ratings.rows() == data.users.size());
  REQUIRE(data.ratings.cols() == data.items.size());
  REQUIRE((data.timestamps.empty() || static_cast<Size>(data.timestamps.size()) == data.ratings.nonzeros()));
  std::vector<Line> lines;
  for (Index user = 0; user < data.ratings.rows(); ++user) {
    const auto row = data.ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      lines.push_back({data.users.name(user), data.items.name(row.items[t]), static_cast<double>(row.ratings[t])});
      const auto place = static_cast<std::size_t>(data.ratings.offset(user)) + t;
      if (!data.timestamps.empty()) lines.back().time = data.timestamps[place];
    }
  }
  return lines;
}

Dataset<double> read(std::string_view text, const ReadOptions& options = {}) {
  const TemporaryFile file(text);
  return read_ratings<double>(file.path(), options);
}

std::vector<Line> lines(std::string_view text, const ReadOptions& options = {}) {
  return lines_of(read(text, options));
}

template <class Scalar>
void check_equal(const Dataset<Scalar>& a, const Dataset<Scalar>& b) {
  CHECK(a.users == b.users);
  CHECK(a.items == b.items);
  CHECK(std::ranges::equal(a.ratings.items(), b.ratings.items()));
  CHECK(std::ranges::equal(a.ratings.values(), b.ratings.values()));
  CHECK(a.timestamps == b.timestamps);
  REQUIRE(a.ratings.rows() == b.ratings.rows());
  for (Index user = 0; user <= a.ratings.rows(); ++user) CHECK(a.ratings.offset(user) == b.ratings.offset(user));
}

const std::vector<Line> two_timed{{"1", "122", 5, 838985046}, {"1", "185", 4.5, 838983525}};
const std::vector<Line> two{{"1", "122", 5}, {"1", "185", 4.5}};
const std::vector<Line> two_pairs{{"1", "122", 1}, {"1", "185", 1}};

}  // namespace

TEST_CASE("lines without a header: user, item, rating, timestamp under every separator") {
  CHECK(lines("1::122::5::838985046\n1::185::4.5::838983525\n") == two_timed);
  CHECK(lines("1\t122\t5\t838985046\n1\t185\t4.5\t838983525\n") == two_timed);
  CHECK(lines("1;122;5;838985046\n1;185;4.5;838983525\n") == two_timed);
  CHECK(lines("1|122|5|838985046\n1|185|4.5|838983525\n") == two_timed);
  CHECK(lines("1,122,5,838985046\n1,185,4.5,838983525\n") == two_timed);
  CHECK(lines("1 122 5 838985046\n1 185 4.5 838983525\n") == two_timed);
  CHECK(lines("  1   122 \t 5  838985046  \n1\t\t185\t\t4.5\t\t838983525\n") == two_timed);
  CHECK(lines("1::122::5\n1::185::4.5\n") == two);
  CHECK(lines("1\t\t122\t\t5\n1\t\t185\t\t4.5\n") == two);
  CHECK(lines("1 122 5\n1 185 4.5\n") == two);
}

TEST_CASE("from the fifth on, columns without a header are passed over, whether they are there or not") {
  CHECK(lines("1,122,5,838985046,x,\"y,\nz\"\n1,185,4.5,838983525\n") == two_timed);
}

TEST_CASE("where there is no rating, it is 1") {
  CHECK(lines("1,122\n1,185\n") == two_pairs);
  CHECK(lines("1\t122\n1\t185\n") == two_pairs);
  CHECK(lines("1 122\n1 185\n") == two_pairs);
  CHECK(lines("user,item\n1,122\n1,185\n") == two_pairs);
  CHECK(lines("item_id\tuser_id\n122\t1\n185\t1\n") == two_pairs);
  CHECK(lines("u1\tThe Rolling Stones\nu1\tABBA\n") ==
        std::vector<Line>{{"u1", "ABBA", 1}, {"u1", "The Rolling Stones", 1}});
}

TEST_CASE("columns are found by their names, in any order, among others, quoted or not") {
  CHECK(lines("userId,movieId,rating,timestamp\r\n1,122,5,838985046\r\n1,185,4.5,838983525\r\n") == two_timed);
  CHECK(lines("timestamp,x,rating,MovieID,note,user_id,y\n838985046,a,5,122,\"b, \"\"c\"\"\nd\",1,z\n"
              "838983525,,4.5,185,,1,\n") == two_timed);
  CHECK(lines("\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"1\";\"122\";\"5\"\n\"1\";\"185\";\"4.5\"\n") == two);
  for (const char* header :
       {"user item rating", "uid asin score", "reviewerID asin overall", "customer product stars", "User Item Value",
        "user_id business_id stars", "userID artistID weight", "USER-ID BOOK Rating", "uid movie_id rating"}) {
    CAPTURE(header);
    CHECK(lines(std::string(header) + "\n1 122 5\n1 185 4.5\n") == two);
  }
  for (const char* time : {"timestamp", "time", "date", "unixReviewTime", "Time-Stamp"}) {
    CAPTURE(time);
    CHECK(lines(std::string(time) + ",user,item,rating\n838985046,1,122,5\n838983525,1,185,4.5\n") == two_timed);
  }
}

TEST_CASE("between tabs or spaces a quote is one only if it closes at the end of a field of its line") {
  for (const std::string separator : {"\t", " "}) {
    CAPTURE(separator);
    const auto join = [&](const std::string& user, const std::string& item) {
      return user + separator + item + separator + "3\n";
    };
    const std::vector<Line> plain{{"a", "b", 3}, {"c", "d", 3}};
    CHECK(lines(join("\"a\"", "\"b\"") + join("c", "\"d\"")) == plain);
    CHECK(lines(join("a", "\"b") + join("c", "d\"")) == std::vector<Line>{{"a", "\"b", 3}, {"c", "d\"", 3}});
    CHECK(lines(join("a", "\"b\"x") + join("c", "\"")) == std::vector<Line>{{"a", "\"b\"x", 3}, {"c", "\"", 3}});
    CHECK(lines(join("\"a", "b") + "c" + separator + "d" + separator + "\"3\"") ==
          std::vector<Line>{{"\"a", "b", 3}, {"c", "d", 3}});
  }
}

TEST_CASE("of several columns that could be the user the id is taken") {
  CHECK(lines("user,userId,item,rating\nAnn,1,122,5\nAnn,1,185,4.5\n") == two);
}

TEST_CASE("a first line with a number as its rating is no header, whatever its ids are") {
  CHECK(lines("A1,B2,5.0,838985046\n") == std::vector<Line>{{"A1", "B2", 5, 838985046}});
  CHECK(lines("user,item,5\n") == std::vector<Line>{{"user", "item", 5}});
  CHECK(lines("A1,B2\n") == std::vector<Line>{{"A1", "B2", 1}});
}

TEST_CASE("a header may name no ratings, beside words, times and numbers of lines") {
  const std::vector<Line> once{{"1", "122", 1}};
  CHECK(lines("user,item\n1,122\n") == once);
  CHECK(lines("user,item,name\n1,122,Heat\n") == once);
  CHECK(lines(",user,item\n0,1,122\n") == once);
  CHECK(lines("index;user;item\n0;1;122\n") == once);
  CHECK(lines("user,item,points\n1,122,4\n") == std::vector<Line>{{"1", "122", 4}});
}

TEST_CASE("a header without ratings below it is a file without ratings") {
  const auto data = read("user,item,rating\n");
  CHECK(data.ratings.nonzeros() == 0);
  CHECK(data.users.size() == 0);
}

TEST_CASE("line ends, marks, blanks and comments that files come with") {
  CHECK(lines("1,122,5\r\n1,185,4.5\r\n") == two);
  CHECK(lines("1,122,5\n1,185,4.5") == two);
  CHECK(lines("1,122,5\r\n1,185,4.5\r") == two);
  CHECK(lines("\xef\xbb\xbfuser,item,rating\n1,122,5\n1,185,4.5\n") == two);
  CHECK(lines("\xef\xbb\xbf"
              "1,122,5\n1,185,4.5\n") == two);
  CHECK(lines("\n \t\r\n1,122,5\n\n\n1,185,4.5\n  \n") == two);
  CHECK(lines("# made by hand\n  % and\nuser,item,rating\n#1,1,1\n1,122,5\n%2,2,2\n1,185,4.5\n# end") == two);
  CHECK(lines(" 1 , 122,5 \n\t1,185 ,\t4.5\n") == two);
  CHECK(lines("\" 1\",\"122\" , \"5\"\n1,185,4.5\n") == two);
}

TEST_CASE("ids are numbers or strings of any bytes") {
  CHECK(lines("\"276725\";\"034545104X\";\"0\"\n276726;0155061224;5\n") ==
        std::vector<Line>{{"276725", "034545104X", 0}, {"276726", "0155061224", 5}});
  CHECK(lines("J\xe9r\xf4me 7 3\n") == std::vector<Line>{{"J\xe9r\xf4me", "7", 3}});
  CHECK(lines("-4,99999999999999999999,3\n") == std::vector<Line>{{"-4", "99999999999999999999", 3}});
  CHECK(lines("\"a,\"\"b\"\"\",7,3\n") == std::vector<Line>{{"a,\"b\"", "7", 3}});
}

TEST_CASE("ratings are decimal numbers of any spelling") {
  CHECK(lines("1,1,-9.78\n1,2,+3\n1,3,1e1\n1,4,.5\n1,5,5.\n1,6,0.1234567890123456789\n") ==
        std::vector<Line>{{"1", "1", -9.78},
                          {"1", "2", 3},
                          {"1", "3", 10},
                          {"1", "4", .5},
                          {"1", "5", 5},
                          {"1", "6", 0.1234567890123456789}});
}

TEST_CASE("timestamps are numbers or dates") {
  CHECK(
      lines("1,1,3,1125964800\n1,2,3,1125964800.75\n1,3,3,2005-09-06\n1,4,3,2005-09-06 12:34:56\n") ==
      std::vector<Line>{
          {"1", "1", 3, 1125964800}, {"1", "2", 3, 1125964800}, {"1", "3", 3, 1125964800}, {"1", "4", 3, 1126010096}});
}

TEST_CASE("ids are numbered in ascending order, as numbers or all by bytes") {
  CHECK(read("10,5,1\n9,70,1\n-1,8,1\n").users.names() == std::vector<std::string>{"-1", "9", "10"});
  CHECK(read("10,5,1\n9,x,1\n-1,10,1\n").items.names() == std::vector<std::string>{"10", "5", "x"});
}

TEST_CASE("known ids keep their indices, new ones follow, and rows and columns are at least as many") {
  const auto train = read("20,b,1\n10,a,2\n30,c,3\n");
  const auto test = read("5,c,1\n40,d,2\n20,a,3\n", {.users = &train.users, .items = &train.items});
  CHECK(test.users.names() == std::vector<std::string>{"10", "20", "30", "5", "40"});
  CHECK(test.items.names() == std::vector<std::string>{"a", "b", "c", "d"});
  CHECK(test.ratings.rows() == 5);
  CHECK(test.ratings.cols() == 4);
  CHECK(test.ratings.row(1).items[0] == 0);
  CHECK(test.ratings.row(0).empty());
}

TEST_CASE("of several ratings of one item the last in the file counts") {
  const auto data = read("1,1,3,10\n2,1,4,20\n1,1,5,30\n1,1,2,15\n");
  CHECK(data.duplicates == 2);
  CHECK(lines_of(data) == std::vector<Line>{{"1", "1", 2, 15}, {"2", "1", 4, 20}});
  CHECK(read("1,1,3\n1,2,3\n").duplicates == 0);
  CHECK(read("1,1,3\n1,2,3\n", {.duplicates = Duplicates::refuse}).ratings.nonzeros() == 2);
}

TEST_CASE("Matrix Market coordinates have their sizes from the file") {
  const auto data = read("%%MatrixMarket matrix coordinate real general\n% made by hand\n\n3 4 2\n2 4 1.5\n1 1 -2\n");
  CHECK(data.ratings.rows() == 3);
  CHECK(data.ratings.cols() == 4);
  CHECK(data.users.names() == std::vector<std::string>{"1", "2", "3"});
  CHECK(lines_of(data) == std::vector<Line>{{"1", "1", -2}, {"2", "4", 1.5}});
  CHECK(lines("%%MatrixMarket matrix coordinate integer general\r\n1 2 1\r\n1 2 7\r\n") ==
        std::vector<Line>{{"1", "2", 7}});
  CHECK(lines("%%MatrixMarket MATRIX Coordinate pattern general\n1 2 1\n1 2") == std::vector<Line>{{"1", "2", 1}});
  CHECK(read("%%MatrixMarket matrix coordinate real general\n0 0 0\n").ratings.rows() == 0);
}

TEST_CASE("a format that is given is used") {
  CHECK(lines("Ann Lee Fox,7\n", {.format = Format::csv}) == std::vector<Line>{{"Ann Lee Fox", "7", 1}});
  CHECK(lines("a,b 7 3\n", {.format = Format::space}) == std::vector<Line>{{"a,b", "7", 3}});
  CHECK_THROWS_AS(read("1,2,3\n", {.format = Format::tsv}), FileError);
  CHECK_THROWS_AS(read("1 2 3\n", {.format = Format::matrix_market}), FileError);
}

TEST_CASE("a pipe can be read as well") {
  const TemporaryFile place("");
  const auto pipe = place.path().string() + ".pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(pipe) << "1,122,5\n1,185,4.5\n"; });
  const auto data = read_ratings<double>(pipe);
  writer.join();
  std::filesystem::remove(pipe);
  CHECK(lines_of(data) == two);
}

TEST_CASE("a file that ends where a page of memory does is read to its last digit") {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::string last = "\n7,8,4.25";
  const std::string text = "1,2,3\n#" + std::string(page - last.size() - 7, '.') + last;
  REQUIRE(text.size() == page);
  CHECK(lines(text) == std::vector<Line>{{"1", "2", 3}, {"7", "8", 4.25}});
}

TEST_CASE_TEMPLATE("random ratings read back the same from every format and in every order of lines", Scalar, float,
                   double) {
  Random random(3);
  for (const bool strings : {false, true}) {
    constexpr std::uint32_t users = 40, items = 60;
    const auto id = [&](std::uint32_t number) {
      std::string text = std::to_string(number);
      if (strings && number % 3 == 0) text += 'k';
      return text;
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, Line> oracle;
    for (std::uint32_t n = 1; n <= items; ++n) {  // every user and item occurs, as Matrix Market has them all
      const auto u = 1 + n % users;
      oracle[{u, n}] = {id(u), id(n), 0.5 * (1 + random.below(10u)), 800000000 + random.below(1000000u)};
    }
    for (int draw = 0; draw < 600; ++draw) {
      const auto u = 1 + random.below(users), i = 1 + random.below(items);
      oracle[{u, i}] = {id(u), id(i), 0.25 * random.below(100u) - 10, 800000000 + random.below(1000000u)};
    }
    std::vector<Line> all;
    for (const auto& [pair, line] : oracle) all.push_back(line);

    const auto number = [](double value) {
      std::string text = std::to_string(value);
      return text.substr(0, text.find_last_not_of('0') + 1);
    };
    const auto joined = [&](std::string separator, std::string end) {
      std::string text;
      for (const auto& line : all) {
        text += line.user + separator + line.item + separator + number(line.rating) + separator +
                std::to_string(*line.time) + end;
      }
      return text;
    };
    const auto named = [&](std::string separator, std::string quote) {
      std::string text =
          "Rating" + separator + "text" + separator + "Item_ID" + separator + "time" + separator + "User\n";
      for (const auto& line : all) {
        text += number(line.rating) + separator + quote + "a \"\"b\"\"" + separator + quote + separator + quote +
                line.item + quote + separator + std::to_string(*line.time) + separator + quote + line.user + quote +
                '\n';
      }
      return text;
    };
    const auto market = [&] {
      std::string text = "%%MatrixMarket matrix coordinate real general\n" + std::to_string(users) + ' ' +
                         std::to_string(items) + ' ' + std::to_string(all.size()) + '\n';
      for (const auto& line : all) text += line.user + ' ' + line.item + ' ' + number(line.rating) + '\n';
      return text;
    };
    const auto parsed = [](const std::string& text) {
      const TemporaryFile file(text);
      return read_ratings<Scalar>(file.path());
    };

    const auto expected = parsed(joined("\t", "\n"));
    auto sorted = lines_of(expected);
    CHECK(sorted.size() == all.size());
    for (const auto& line : sorted) CHECK(std::ranges::find(all, line) != all.end());
    if (!strings) CHECK(sorted == all);

    for (int round = 0; round < 3; ++round) {
      random.shuffle(std::span(all));
      for (const char* separator : {"::", "\t", ";", "|", ",", " ", "  "}) {
        CAPTURE(separator);
        check_equal(parsed(joined(separator, "\n")), expected);
        check_equal(parsed(joined(separator, "\r\n")), expected);
      }
      for (const char* separator : {";", ",", "\t"}) check_equal(parsed(named(separator, "\"")), expected);
      if (!strings) {
        auto untimed = expected;
        untimed.timestamps = {};
        check_equal(parsed(market()), untimed);
      }
    }
  }
}

TEST_CASE("MovieLens 100K, against a plain loop over a stream" * doctest::test_suite("real data")) {
  const auto path = test::real_data("ml-100k/u.data");
  if (!path) return;
  const auto data = read_ratings<float>(*path);
  CHECK(data.ratings.nonzeros() == 100000);
  CHECK(data.ratings.rows() == 943);
  CHECK(data.ratings.cols() == 1682);
  CHECK(data.duplicates == 0);

  std::map<std::pair<int, int>, Line> oracle;
  std::ifstream file(*path);
  int user = 0, item = 0;
  double rating = 0;
  std::int64_t time = 0;
  while (file >> user >> item >> rating >> time) {
    oracle[{user, item}] = {std::to_string(user), std::to_string(item), rating, time};
  }
  std::vector<Line> expected;
  for (const auto& [pair, line] : oracle) expected.push_back(line);
  CHECK((lines_of(data) == expected));
}

TEST_CASE("MovieLens latest-small" * doctest::test_suite("real data")) {
  const auto path = test::real_data("ml-latest-small/ratings.csv");
  if (!path) return;
  const auto data = read_ratings<float>(*path);
  CHECK(data.ratings.nonzeros() == 100836);
  CHECK(data.ratings.rows() == 610);
  CHECK(data.ratings.cols() == 9724);
  CHECK(data.duplicates == 0);
  CHECK(data.timestamps[0] == 964982703);
  CHECK(data.items.name(data.ratings.row(0).items[0]) == "1");
}

TEST_CASE("the folds of MovieLens 100K line up with each other" * doctest::test_suite("real data")) {
  const auto base = test::real_data("ml-100k/u1.base"), held_out = test::real_data("ml-100k/u1.test");
  if (!base || !held_out) return;
  const auto train = read_ratings<float>(*base);
  const auto test = read_ratings<float>(*held_out, {.users = &train.users, .items = &train.items});
  CHECK(train.ratings.nonzeros() == 80000);
  CHECK(test.ratings.nonzeros() == 20000);
  CHECK(test.ratings.rows() == train.ratings.rows());
  CHECK(test.ratings.cols() == 1682);
  for (Index item = 0; item < train.items.size(); ++item) CHECK(test.items.name(item) == train.items.name(item));
}
