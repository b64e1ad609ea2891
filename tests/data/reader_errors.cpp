// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/data/reader.hpp>
#include <asysvd/random.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <temporary_file.hpp>

using namespace asysvd;
using test::TemporaryFile;

namespace {

/// The message without the path: "line:column: expected ..., found ...".
template <class Scalar = float>
std::string error_of(std::string_view text, const ReadOptions& options = {}) {
  const TemporaryFile file(text);
  try {
    static_cast<void>(read_ratings<Scalar>(file.path(), options));
  } catch (const FileError& error) {
    CHECK(error.path() == file.path());
    return std::string(error.what()).substr(file.path().string().size() + 1);
  }
  return "no error";
}

bool begins(const std::string& text, std::string_view start) {
  if (!text.starts_with(start)) MESSAGE(text);
  return text.starts_with(start);
}

}  // namespace

TEST_CASE("a missing file, a directory, and a file without ratings are told apart") {
  CHECK_THROWS_WITH_AS(static_cast<void>(read_ratings<float>("no/such.csv")),
                       "no/such.csv: expected a file that can be read, found No such file or directory", FileError);
  CHECK_THROWS_WITH_AS(static_cast<void>(read_ratings<float>(std::filesystem::temp_directory_path())),
                       doctest::Contains("expected a file, found a directory"), FileError);
  for (const char* text : {"", "\n\n", "# nothing\n", "\xef\xbb\xbf", "# nothing"}) {
    CHECK(error_of(text) == " expected ratings, found a file without any");
    CHECK(error_of(text, {.format = Format::csv}) == " expected ratings, found a file without any");
  }
}

TEST_CASE("a bad rating is reported with line, column, expectation and finding") {
  CHECK(error_of("1,2,3\n4,55,x\n") == "2:6: expected a rating: a decimal number in the range of float, found \"x\"");
  for (const char* bad :
       {"nan", "NaN", "inf", "-inf", "0x10", "1e39", "-1e39", "3,5", "\"3,5\"", "4 5", "1.2.3", "5*"}) {
    CAPTURE(bad);
    CHECK(begins(error_of("1;2;3\n\n4;55;" + std::string(bad) + ";7\n", {.format = Format::semicolon}),
                 "3:6: expected a rating"));
  }
  CHECK(error_of("1;2;3\n4;55;1e39\n", {.format = Format::semicolon}).ends_with("found \"1e39\""));
  CHECK(error_of<double>("1;2;3\n4;55;1e39\n") == "no error");
  CHECK(begins(error_of<double>("1;2;3\n4;55;1e309\n"),
               "2:6: expected a rating: a decimal number in the range of double"));
  CHECK(error_of("user,item,rating\n1,2,\n") ==
        "2:5: expected a rating: a decimal number in the range of float, found nothing");
  CHECK(error_of("1::2::3\n1::2:: 1::5\n").starts_with("2:11: expected the end of the line"));
}

TEST_CASE("what was found is shortened and made visible") {
  CHECK(error_of("1,2,3\n1,2,\x01\xff" + std::string(60, 'y') + "\n")
            .ends_with("found \"\\x01\\xff" + std::string(38, 'y') + "...\""));
}

TEST_CASE("an empty id is an error") {
  CHECK(error_of("1,2,3\n,2,3\n") == "2:1: expected the id of a user, found nothing");
  CHECK(error_of("1,2,3\n1,\"\",3\n") == "2:3: expected the id of an item, found nothing");
  CHECK(begins(error_of("1,,3\n"), "1:3: expected an id that is not empty"));
  CHECK(error_of("1\t2\t3\n\t2\t3\n") == "2:1: expected the id of a user, found nothing");  // a tab is no blank here
}

TEST_CASE("a bad timestamp is an error that names it, and so is an empty one") {
  CHECK(begins(error_of("1,2,3,4\n1,2,3,yesterday\n"), "2:7: expected a timestamp"));
  CHECK(error_of("1,2,3,4\n1,2,3,\n").ends_with("found nothing"));
  CHECK(begins(error_of("1,2,3,title\n"), "1:7: expected a timestamp"));
}

TEST_CASE("too few and too many fields are errors") {
  CHECK(error_of("1,2,3\n1,2\n") == "2:4: expected another field: the rating, found the end of the line");
  CHECK(error_of("1,2,3,4\n1,2,3\n") == "2:6: expected another field: the timestamp, found the end of the line");
  CHECK(error_of("1,2,3\n1,2,3,4\n") == "2:7: expected the end of the line, as in the first one, found \"4\"");
  CHECK(error_of("1,2\n1,2,3\n") == "2:5: expected the end of the line, as in the first one, found \"3\"");
  CHECK(error_of("item,x,user\r\n1,b\r\n") == "2:4: expected another field: the user, found the end of the line");
}

TEST_CASE("places are right after a mark, comments, and fields of several lines") {
  CHECK(begins(error_of("\xef\xbb\xbf"
                        "1,2,x\n"),
               "1:5:"));
  CHECK(begins(error_of("# a\n\n1,2,3\r\n#b\r\n  1 , 2, x\r\n"), "5:10:"));
  CHECK(begins(error_of("text,user,item,rating\n\"a\nb\nc\",1,2,x\n"), "4:8:"));
  CHECK(begins(error_of("user,text,item,rating\n1,\"a\nb\",2,3\n1,\"a\n\",2,\"\nx\"\n"), "5:5:"));
}

TEST_CASE("files that hold no text are refused by what they are") {
  const auto found = [](std::string_view text) { return error_of(text); };
  using namespace std::string_view_literals;
  CHECK(found("\x1f\x8b\x08rest") == " expected text, in UTF-8 or Latin-1 and not packed, found a gzip archive");
  CHECK(found("PK\x03\x04rest").ends_with("found a zip archive"));
  CHECK(found("BZh91AY").ends_with("found a bzip2 archive"));
  CHECK(found("\xfd\x37zXZ\x00"sv).ends_with("found an xz archive"));
  CHECK(found("\x28\xb5\x2f\xfd.").ends_with("found a zstd archive"));
  CHECK(found("\xff\xfeu\x00,\x00"sv).ends_with("found UTF-16"));
  CHECK(found("\xfe\xff\x00u\x00,"sv).ends_with("found UTF-16"));
  CHECK(found("u,i\n1,\x00\n"sv).ends_with("found a file that holds zero bytes"));
}

TEST_CASE("quotes that do not close, or close too early, are errors between commas") {
  CHECK(error_of("a,b,3\n\"c,d,4\ne,f,5\n") == "2:1: expected a quote that ends the field, found the end of the file");
  CHECK(error_of("a,b,3\n\"c\"d,e,4\nf,g,5\n") ==
        "2:4: expected the end of the field after the quote that closes it, found \"d,e,4\"");
}

TEST_CASE("a first line that fits no format is an error that says what is missing and what was tried") {
  const auto text = error_of("A1,B2,great\nA1,B3,5\n");
  CHECK(begins(text,
               "1:7: expected a number as the rating in the third column, or a header that names a user and an item "
               "column (tried: double-colon, tsv, semicolon, pipe, csv, space)"));
  CHECK(text.ends_with("found \"great\""));
  CHECK(begins(error_of("user,thing,rating\n1,2,3\n"), "1:12: expected a number as the rating in the third column"));
  CHECK(begins(error_of("hello\n"),
               "1:1: expected user, item[, rating[, timestamp]] or a header that names them (tried"));
  CHECK(error_of("1,2,3\n", {.format = Format::tsv}).ends_with("(tried: tsv), found \"1,2,3\""));
}

TEST_CASE("a comma within a rating is never taken for the end of an item") {
  for (const char* text : {"1;2;3,5\n", "1 2 3,5\n", "1\t2\t3,5\n", "1::2::3,5\n"}) {
    CAPTURE(text);
    CHECK(error_of(text).find("a number as the rating in the third column") != std::string::npos);
  }
}

TEST_CASE("on request a second rating of an item is an error at its line") {
  const ReadOptions refuse{.duplicates = Duplicates::refuse};
  CHECK(error_of("user,item,rating\n7,8,3\n\n7,9,3\n7,8,4\n7,9,1\n", refuse) ==
        "5:1: expected at most one rating of an item by a user, found a second one by user \"7\" of item \"8\"");
  CHECK(begins(error_of("7,8,3\n6,8,3\n7,8,4\n", refuse), "3:1:"));
  CHECK(begins(error_of("%%MatrixMarket matrix coordinate pattern general\n%\n3 3 2\n1 1\n1 1\n", refuse), "5:1:"));
}

TEST_CASE("Matrix Market files that are not what they say are errors") {
  const std::string real = "%%MatrixMarket matrix coordinate real general\n";
  CHECK(begins(error_of("%%MatrixMarket matrix array real general\n"),
               "1:23: expected one of: coordinate, found \"array\""));
  CHECK(begins(error_of("%%MatrixMarket matrix coordinate complex general\n"),
               "1:34: expected one of: real integer pattern"));
  CHECK(begins(error_of("%%MatrixMarket matrix coordinate real symmetric\n"), "1:39: expected one of: general"));
  CHECK(begins(error_of("%%MatrixMarket matrix coordinate real\n"),
               "1:38: expected one of: general, found the end of the line"));
  CHECK(begins(error_of(real), "2:1: expected the line of sizes, found the end of the file"));
  CHECK(begins(error_of(real + "2 2\n"), "2:4: expected the number of entries"));
  CHECK(begins(error_of(real + "2147483648 2 1\n"), "2:1: expected the number of users from 0 to "));
  CHECK(begins(error_of(real + "2 2 1\n0 1 5\n"), "3:1: expected a user from 1 to 2, found \"0\""));
  CHECK(begins(error_of(real + "2 2 1\n1 3 5\n"), "3:3: expected an item from 1 to 2, found \"3\""));
  CHECK(begins(error_of(real + "2 2 1\n1 1.0 5\n"), "3:3: expected an item"));
  CHECK(begins(error_of(real + "2 2 1\n1 1\n"), "3:4: expected a rating"));
  CHECK(begins(error_of(real + "2 2 1\n1 1 nan\n"), "3:5: expected a rating"));
  CHECK(begins(error_of(real + "2 2 1\n1 1 5 6\n"), "3:7: expected the end of the line"));
  CHECK(
      begins(error_of(real + "2 2 2\n1 1 5\n"), "4:1: expected as many entries as the line of sizes says, 2, found 1"));
  CHECK(
      begins(error_of(real + "2 2 1\n1 1 5\n2 2 5\n"), "4:1: expected no more entries than the line of sizes says, 1"));
}

// What a line of sizes claimed was allocated: 64 GiB of ids, for 61 bytes.
TEST_CASE("a small Matrix Market file can't claim more users or items than its size makes likely") {
  const std::string real = "%%MatrixMarket matrix coordinate real general\n";
  const std::string entry = " 1\n1 1 5\n";
  CHECK(begins(error_of(real + "1152921504606846976 1" + entry), "2:1: expected the number of users from 0 to "));
  CHECK(begins(error_of(real + "2147483647 1" + entry), "2:1: expected the number of users from 0 to 1049"));
  CHECK(begins(error_of(real + "1 2147483647" + entry), "2:3: expected the number of items from 0 to 1049"));
  CHECK(error_of(real + "1048576 1" + entry) == "no error");
  const std::string padding(1 << 16, '%');
  CHECK(error_of(real + padding + "\n2097152 1" + entry) == "no error");
}

TEST_CASE("no file, however it is damaged, does anything but read or report its place") {
  const std::string whole =
      "# c\nuser,\"item\",rating,timestamp\r\n1,\"a,\"\"b\"\"\",4.5,838985046\r\n2,\"c\nd\", -1e1 ,2005-09-06\n,,,";
  Random random(11);
  for (int draw = 0; draw < 3000; ++draw) {
    std::string text = whole.substr(0, random.below(static_cast<std::uint32_t>(whole.size()) + 1));
    for (auto changes = random.below(4u); changes > 0 && !text.empty(); --changes) {
      constexpr std::string_view bytes("\0\"\\,;:|\t\r\n #%-+.e0179\xff", 22);
      text[random.below(static_cast<std::uint32_t>(text.size()))] = bytes[random.below(std::uint32_t{bytes.size()})];
    }
    for (const auto& [format, name] : format_names) {
      const TemporaryFile file(text);
      try {
        const auto data = read_ratings<float>(file.path(), {.format = format});
        CHECK(data.users.size() == data.ratings.rows());
      } catch (const FileError& error) {
        const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
        REQUIRE(error.line() <= lines);
        REQUIRE(error.column() <= static_cast<Size>(text.size()) + 1);
      }
    }
  }
}

TEST_CASE("a header whose ratings have an unknown name is an error, and not a file of ones") {
  CHECK(begins(error_of("userId,movieId,mark\n1,2,3.5\n"),
               "1:16: expected a column of ratings by one of the usual names"));
  CHECK(error_of("user\titem\tUserRating(1-5)\n7\t2\t5\n").ends_with("found \"UserRating(1-5)\""));
  CHECK(begins(error_of("user,item,mark\n1,2,3\n", {.format = Format::csv}), "1:11: expected a column of ratings"));
}
