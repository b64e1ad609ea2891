// SPDX-License-Identifier: MIT
// Files that are damaged or made up.
#include <asysvd/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "io/small_model.hpp"
#include "temporary_file.hpp"

using namespace asysvd;
using nlohmann::json;
using test::content;
using test::fitted;

namespace {

using Small = test::Model<float, FullFeedback>;

Small small_model() {
  return fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 4));
}

std::string small_file(const SaveOptions& wanted = {}) {
  IdMap users, items;
  for (std::int64_t id = 1; id <= 6; ++id) users.insert(id);
  for (const char* id : {"a", "bc", "", "017", "\xff"}) items.insert(std::string_view(id));
  const test::TemporaryFile file("");
  save(small_model(), file.path(), users, items, wanted);
  return content(file.path());
}

/// The message of the `FileError` that loading gives; empty if there is none.
std::string complaint(const std::string& text) {
  const test::TemporaryFile file(text);
  try {
    (void)load<Small>(file.path());
  } catch (const FileError& error) {
    CHECK(error.path() == file.path());
    return error.what();
  }
  return "";
}

std::string with_header(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + data;
}

/// A file in its two parts, to be changed by somebody who knows how to make the checksum fit.
struct Forged {
  explicit Forged(const SaveOptions& wanted = {}) {
    const auto file = small_file(wanted);
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    header = json::parse(file.substr(sizeof length, length));
    data = file.substr(sizeof length + length);
  }
  [[nodiscard]] std::string text() const {
    json sealed = header;
    auto checksum = detail::checksum_of_header(header);
    checksum.add(data);
    sealed["__metadata__"]["checksum"] = detail::to_text(checksum.value());
    return with_header(sealed.dump(), data);
  }
  [[nodiscard]] std::string complaint() const { return ::complaint(text()); }

  template <class Value>
  void write(const char* tensor, std::size_t place, Value value) {
    std::memcpy(data.data() + header[tensor]["data_offsets"][0].get<std::size_t>() + place * sizeof value, &value,
                sizeof value);
  }
  void option(const char* name, const json& value) {
    auto options = json::parse(header["__metadata__"]["options"].get<std::string>());
    options[name] = value;
    header["__metadata__"]["options"] = options.dump();
  }

  void erase(const char* tensor) {
    const auto place = header[tensor]["data_offsets"];
    const auto begin = place[0].get<std::size_t>(), size = place[1].get<std::size_t>() - begin;
    header.erase(tensor);
    data.erase(begin, size);
    for (auto& [name, entry] : header.items()) {
      if (name == "__metadata__" || entry["data_offsets"][0] < begin) continue;
      for (auto& offset : entry["data_offsets"]) offset = offset.get<std::size_t>() - size;
    }
  }

  json header;
  std::string data;
};

void says(const std::string& message, const char* what) {
  CAPTURE(message);
  CAPTURE(what);
  CHECK(message.find(what) != std::string::npos);
}

}  // namespace

TEST_CASE("a file cut short or prolonged anywhere is refused") {
  const auto whole = small_file();
  REQUIRE(complaint(whole).empty());
  for (std::size_t length = 0; length < whole.size(); ++length) CHECK(!complaint(whole.substr(0, length)).empty());
  CHECK(!complaint(whole + 'x').empty());
}

TEST_CASE("a byte changed anywhere is refused, unless it is a blank that stays one") {
  const auto whole = small_file();
  std::uint64_t length = 0;
  std::memcpy(&length, whole.data(), sizeof length);
  auto damaged = whole;
  int passed = 0;
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (int change = 1; change < 256; change = change < 128 ? 2 * change : change + 127) {
      damaged[place] = static_cast<char>(whole[place] ^ change);
      if (complaint(damaged).empty()) {
        ++passed;
        CAPTURE(place);
        CHECK(place >= sizeof length);
        CHECK(place < sizeof length + length);
        CHECK(whole[place] == ' ');
        CHECK(std::string_view("\t\n\r").find(damaged[place]) != std::string_view::npos);
      }
    }
    damaged[place] = whole[place];
  }
  CHECK(passed < 8);
}

TEST_CASE("another program may order and indent the header in its own way") {
  const Forged forged;
  auto sealed = forged.header;
  nlohmann::ordered_json other;
  for (auto entry = sealed.rbegin(); entry != sealed.rend(); ++entry) other[entry.key()] = entry.value();
  CHECK(complaint(with_header(other.dump(3), forged.data)).empty());
}

TEST_CASE("headers that claim what is not so are refused, without memory for it") {
  const auto forged = [](const char* tensor, const char* key, const json& value) {
    Forged file;
    file.header[tensor][key] = value;
    return file.complaint();
  };
  REQUIRE(Forged().complaint().empty());
  const auto huge = std::uint64_t{1} << 60;
  says(forged("q", "shape", {huge, 4}), "a shape that fits into the file");
  says(forged("q", "shape", {huge, huge}), "a shape that fits into the file");
  says(forged("q", "shape", {0, huge}), "a shape that fits into the file");
  says(forged("q", "shape", {std::uint64_t{1} << 32, std::uint64_t{1} << 32, 4}), "a shape that fits into the file");
  for (const int columns : {4, 6}) says(forged("q", "shape", {5, columns}), "as many bytes as its shape demands");
  says(forged("q", "shape", {5, -5}), "a shape of whole numbers");
  says(forged("q", "shape", {5, 5.0}), "a shape of whole numbers");
  says(forged("q", "shape", "5x5"), "a shape of whole numbers");
  says(forged("q", "shape", {25}), "of 2 dimensions");
  says(forged("q", "shape", {5, 5, 1}), "of 2 dimensions");
  says(forged("item_bias", "shape", {5, 1}), "of 1 dimensions");
  says(forged("q", "dtype", "Q4"), "the type F32");
  says(forged("q", "dtype", 4), "a type");
  says(forged("q", "dtype", "I64"), "as many bytes as its shape demands");
  says(forged("q", "data_offsets", {0, huge}), "offsets inside the file");
  says(forged("q", "data_offsets", {100, 0}), "offsets inside the file");
  says(forged("q", "data_offsets", {0, 1, 2}), "two offsets");
  says(forged("q", "data_offsets", {-1, 99}), "two offsets");
  says(forged("q", "data_offsets", {0, 100}), "without gaps or overlaps");
  says(forged("q", "more", 1), "alone");
  Forged longer;
  longer.data += 'x';
  says(longer.complaint(), "bytes of tensors");
  for (const char* tensor : {"q", "item_bias", "constants"}) {
    Forged file;
    file.header[tensor]["dtype"] = "U8";
    file.header[tensor]["shape"][0] = 4 * file.header[tensor]["shape"][0].get<int>();
    says(file.complaint(), "of type F32");
  }
}

// A copy of values within each other took as many frames of the stack as there were levels.
TEST_CASE("a header that is nested deeply is refused, and does not use up the stack") {
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  auto header = Forged().header.dump();
  header.pop_back();
  says(complaint(with_header(header + ",\"z\":{\"shape\":" + deep + "}}", "")), "nested deeper");
  Forged options;
  options.header["__metadata__"]["options"] = deep;
  says(options.complaint(), "epochs is \"missing\"");
}

TEST_CASE("tensors that do not fit each other are refused") {
  {
    Forged file;
    file.header["x"]["shape"] = {25, 1};
    says(file.complaint(), "rows of x is 25");
  }
  {
    Forged file;  // as many biases of items as there are users, and the reverse
    std::swap(file.header["item_bias"], file.header["user_bias"]);
    says(file.complaint(), "5 different ids of users");
  }
  {
    Forged file;
    file.header["item_baseline"] = file.header["user_bias"];
    file.header.erase("user_bias");
    CHECK(!file.complaint().empty());
  }
  for (const char* epoch : {"", "-1", "1e3", "4294967296"}) {
    Forged file;
    file.header["__metadata__"]["epoch"] = epoch;
    says(file.complaint(), "a number of epochs");
  }
  for (const auto& [items, factors] : {std::pair{0, 5}, std::pair{5, 0}, std::pair{1, 65537}}) {
    Forged file;
    file.erase("q");
    const auto begin = file.data.size(), bytes = sizeof(float) * static_cast<std::size_t>(items * factors);
    file.header["q"] = {{"dtype", "F32"}, {"shape", {items, factors}}, {"data_offsets", {begin, begin + bytes}}};
    file.data.append(bytes, '\0');
    says(file.complaint(), "items × 1 to 65536 factors in \"q\"");
  }
  for (const char* tensor : {"q", "x", "y", "item_bias", "user_bias", "item_baseline", "constants"}) {
    Forged file;
    file.header["renamed"] = file.header[tensor];
    file.header.erase(tensor);
    says(file.complaint(), ('"' + std::string(tensor) + '"').c_str());
  }
  {
    Forged file;
    file.header.erase("q");
    says(file.complaint(), "without gaps");
  }
}

TEST_CASE("ids that are not one for each, all different, are refused") {
  const auto forged = [](const char* tensor, std::size_t place, auto value) {
    Forged file;
    file.write(tensor, place, value);
    return file.complaint();
  };
  const auto huge = std::int64_t{1} << 60;
  says(forged("items.offsets", 0, std::int64_t{1}), "5 different ids of items");
  says(forged("items.offsets", 2, huge), "5 different ids of items");
  says(forged("items.offsets", 2, -huge), "5 different ids of items");
  says(forged("items.offsets", 5, huge), "5 different ids of items");
  says(forged("items.offsets", 5, std::int64_t{6}), "5 different ids of items");
  says(forged("users.names", 1, '1'), "6 different ids of users");
  Forged file;
  file.header["renamed"] = file.header["items.offsets"];
  file.header.erase("items.offsets");
  says(file.complaint(), "\"items.offsets\"");
}

TEST_CASE("numbers that are not finite are refused, by save as well: it would replace a good file by a bad one") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  for (const char* tensor : {"q", "x", "y", "item_bias", "user_bias", "item_baseline", "constants"}) {
    for (const float value : {nan, inf, -inf}) {
      Forged file;
      file.write(tensor, 2, value);
      says(file.complaint(), "not finite");
    }
  }
  Forged file;
  file.write("constants", 1, 6.0f);  // the greatest is 5
  says(file.complaint(), "a least rating above the greatest");

  auto parameters = small_model().parameters();
  parameters.y.row(2)[1] = nan;
  const test::TemporaryFile old("old");
  CHECK_THROWS_WITH_AS(save(Small::restore({}, parameters), old.path()), doctest::Contains("not finite"),
                       std::invalid_argument);
  CHECK(content(old.path()) == "old");
}

TEST_CASE("descent that does not fit the model is refused") {
  const SaveOptions all{.resumable = true};
  REQUIRE(Forged(all).complaint().empty());
  for (const char* tensor : {"member0.q", "member0.x", "member0.y", "member0.item_bias", "average0.user_bias"}) {
    Forged file(all);
    file.write(tensor, 1, std::numeric_limits<float>::infinity());
    says(file.complaint(), "not finite");

    file = Forged(all);
    file.header["renamed"] = file.header[tensor];
    file.header.erase(tensor);
    CHECK(!file.complaint().empty());
  }
  {
    Forged file(all);
    std::swap(file.header["member0.item_bias"], file.header["member0.user_bias"]);
    says(file.complaint(), "item biases of a member is 6; expected 5");
  }
  {
    Forged file(all);
    file.header["average0.x"]["shape"] = {25, 1};
    says(file.complaint(), "rows of x of a member is 25; expected 5");
  }
  for (const double unit : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    Forged file(all);
    file.write("unit", 0, unit);
    says(file.complaint(), "unit is");
  }
  Forged file(all);
  file.option("members", 2);
  says(file.complaint(), "number of members is 1; expected 2");
  file.option("members", 1);
  file.option("averaging", 1);
  says(file.complaint(), "number of averages is 1; expected 0");
}

TEST_CASE("a report that no fit gives is refused") {
  const auto forged = [](std::size_t place, double value) {
    Forged file;
    file.write("report", place, value);
    return file.complaint();
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double epoch : {0.0, 2.0, 1.5, -1.0, 1e300, nan}) CHECK(!forged(0, epoch).empty());
  says(forged(7, 5), "epochs that follow each other in \"report\", found 5");
  for (const std::size_t column : {1, 2, 5}) {
    for (const double value : {-1.0, nan}) says(forged(7 + column, value), "of at least 0 in \"report\"");
  }
  for (const double flag : {2.0, 0.5, nan}) says(forged(3, flag), "whole numbers in their range in \"report\"");
  for (const double samples : {-1.0, 0.5, 1e18, nan}) says(forged(6, samples), "whole numbers in their range");

  const auto told = [](const char* name, const json& value) {
    Forged file;
    auto& note = file.header["__metadata__"]["report"];
    auto rest = json::parse(note.get<std::string>());
    rest[name] = value;
    note = rest.dump();
    return file.complaint();
  };
  REQUIRE(told("best_epoch", 3).empty());
  says(told("best_epoch", 2), "best_epoch is 2; expected the epochs of the model");
  for (const json& epoch : {json(-1), json(1e300), json(3.0), json("3"), json()}) {
    says(told("best_epoch", epoch), "the report of a fit in \"report\"");
  }
  says(told("stop_reason", "bored"), "a stop reason, found \"bored\"");
  says(told("stop_reason", "diverged"), "diverged_epoch is \"missing\"");
  for (const json& unit : {json(0), json(-1), json("1"), json()}) says(told("rating_unit", unit), "rating_unit is");
  says(told("metric_given", 1), "metric_given is");

  Forged file;
  file.header["report"]["shape"] = {7, 3};
  says(file.complaint(), "7 columns in \"report\"");
  file.header["report"]["shape"] = {21};
  says(file.complaint(), "of 2 dimensions");
  for (const char* text : {"", "[]", "{", "{}"}) {
    file = Forged();
    file.header["__metadata__"]["report"] = text;
    says(file.complaint(), "the report of a fit in \"report\"");
  }
  file.header["__metadata__"].erase("report");
  says(file.complaint(), "\"report\" in the metadata");
}

TEST_CASE("a file from before reports were kept loads, with none") {
  Forged old;
  old.erase("report");
  old.header["__metadata__"].erase("report");
  const test::TemporaryFile file(old.text());
  const auto model = load<Small>(file.path());
  CHECK(model.report().empty());
  CHECK(model.recommend(Profile<float>{{1, 5}}) == small_model().recommend(Profile<float>{{1, 5}}));
}

TEST_CASE("options out of range, missing or of another type are refused") {
  const auto forged = [](const char* name, const json& value) {
    Forged file;
    file.option(name, value);
    return file.complaint();
  };
  says(forged("epochs", 0), "epochs is 0");
  says(forged("epochs", 1e300), "a whole number");
  says(forged("epochs", std::uint64_t{1} << 32), "a whole number");
  says(forged("seed", -1), "a whole number");
  says(forged("learning_rate", true), "a number");
  says(forged("learning_rate", "0.1"), "a number");
  says(forged("learning_rate", 0), "learning_rate is 0");
  says(forged("lambda_q", 1e9), "regularization.q");
  says(forged("leave_one_out", 1), "true or false");
  says(forged("schedule", "linear(1)"), "Schedule::from_text");
  says(forged("initialization", "normal(0)"), "Initialization");
  Forged file;
  for (const char* text : {"", "{}", "[]", "{\"epochs\":"}) {
    file.header["__metadata__"]["options"] = text;
    says(file.complaint(), "epochs is \"missing\"");
  }
  file.header["__metadata__"]["options"] = "{\"epochs\":" + std::string(500'000, '[') + std::string(500'000, ']') + "}";
  says(file.complaint(), "epochs is \"array\"");
}

TEST_CASE("what is no model is named as such, and another version by its number and who reads it") {
  const auto noted = [](const char* name, const json& value) {
    Forged file;
    file.header["__metadata__"][name] = value;
    return file.complaint();
  };
  says(noted("format", "pt"), "expected \"asysvd model\"");
  says(noted("format_version", "2"), "in version 1, found version \"2\", as asysvd \"0.1.0\" writes and reads it");
  says(noted("parts", "magic"), "the parts of a feedback policy");
  says(noted("parts", ""), "the parts of a feedback policy");
  says(noted("anything", 1), "text as metadata");
  Forged file;
  file.header["__metadata__"] = 1;
  says(complaint(with_header(file.header.dump(), file.data)), "metadata");
  // A newer one may hold what this library can't judge.
  file = Forged();
  file.header["__metadata__"]["format_version"] = "12";
  file.header["q"]["dtype"] = "BF16";
  says(file.complaint(), "found version \"12\"");

  says(complaint(""), "8 bytes");
  says(complaint(std::string(8, '\xff') + "{}"), "a header of at most 2 bytes");
  says(complaint(with_header("[]", "")), "a JSON object");
  says(complaint(with_header(std::string("{}\0{}", 5), "")), "a JSON object");
  says(complaint(with_header("{}", "")), "expected \"asysvd model\"");
  says(complaint(with_header("user,item,rating", "")), "a JSON object");
  says(complaint(with_header("{\"a\":1e999}", "")), "a JSON object");
  says(complaint(with_header(std::string(1 << 21, '['), "")), "a header of at most 1048576 bytes");
  says(complaint(with_header(std::string(1 << 20, '['), "")), "a JSON object");
  says(complaint(with_header("{\"a\":" + std::string(500'000, '[') + std::string(500'000, ']') + "}", "")), "asysvd");
  CHECK_THROWS_AS((void)load<Small>("/"), FileError);
  CHECK_THROWS_AS((void)load<Small>("/nonexistent/model"), FileError);
}

TEST_CASE("a header that says something twice is refused") {
  const Forged file;
  auto text = file.header.dump();
  text.insert(1, "\"q\":" + file.header["q"].dump() + ',');
  says(complaint(with_header(text, file.data)), "\"q\" twice");
  text = file.header.dump();
  text.insert(text.find("\"dtype\""), "\"dtype\":\"F32\",");
  says(complaint(with_header(text, file.data)), "\"dtype\" twice");
}
