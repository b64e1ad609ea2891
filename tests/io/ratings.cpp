// SPDX-License-Identifier: MIT
#include <asysvd/io/ratings.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "temporary_file.hpp"

using namespace asysvd;
using test::TemporaryFile;

namespace {

constexpr auto text =
    "user,item,rating,timestamp\n"
    "ann,7,4.5,100\nann,3,2,101\nbob,7,1,102\nbob,12,5,103\nbob,7,3,104\n17,3,0.5,-5\nzoë,8,1,0\n";

template <class Scalar>
Dataset<Scalar> read(std::string_view ratings, const ReadOptions& options = {}) {
  const TemporaryFile file(ratings);
  return read_ratings<Scalar>(file.path(), options);
}

template <class A, class B>
void check_equal(const Dataset<A>& a, const Dataset<B>& b) {
  CHECK(a.users == b.users);
  CHECK(a.items == b.items);
  CHECK(a.timestamps == b.timestamps);
  CHECK(a.duplicates == b.duplicates);
  CHECK(a.ratings.cols() == b.ratings.cols());
  REQUIRE(a.ratings.rows() == b.ratings.rows());
  for (Size user = 0; user <= a.ratings.rows(); ++user) CHECK(a.ratings.offset(user) == b.ratings.offset(user));
  CHECK(std::ranges::equal(a.ratings.items(), b.ratings.items()));
  CHECK(std::ranges::equal(a.ratings.values(), b.ratings.values()));
}

std::string content(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// What a load complains of; empty if of nothing.
std::string complaint(const std::filesystem::path& path, const ReadOptions& options = {}) {
  try {
    (void)load_ratings<float>(path, options);
  } catch (const FileError& error) {
    return error.what();
  }
  return {};
}

bool holds(const std::string& whole, const char* part) {
  return whole.find(part) != whole.npos;
}

/// A file of two users and three items, with whatever is wrong with it.
struct Forged {
  std::vector<std::int64_t> offsets{0, 2, 3};
  std::vector<Index> items{0, 2, 1};
  std::vector<float> ratings{1, 2, 3};
  std::vector<std::int64_t> timestamps{5, 6, 7};
  std::string duplicates = "0";
  std::string format = "asysvd ratings";
  std::string version = "1";
  std::vector<std::int64_t> item_offsets{0, 1, 2, 3};
  bool users_have_names = true;

  [[nodiscard]] std::string complaint() const {
    const TemporaryFile file("");
    detail::SafetensorsWriter writer(format, version);
    writer.note("duplicates", duplicates);
    writer.add("offsets", offsets);
    writer.add("items", items);
    writer.add("ratings", ratings);
    writer.add("timestamps", timestamps);
    const std::vector<char> user_names{'u', 'v'}, item_names{'a', 'b', 'c'};
    const std::vector<std::int64_t> user_offsets{0, 1, 2};
    if (users_have_names) writer.add("users.names", user_names);
    writer.add("users.offsets", user_offsets);
    writer.add("items.names", item_names);
    writer.add("items.offsets", item_offsets);
    writer.write(file.path());
    return ::complaint(file.path());
  }
};

}  // namespace

TEST_CASE_TEMPLATE("what is loaded is what was saved", Scalar, float, double) {
  for (const char* ratings : {text, "1\t2\t3\n1\t4\t5\n", "a,b,1\n"}) {
    const auto data = read<Scalar>(ratings);
    const TemporaryFile file("");
    save_ratings(data, file.path());
    check_equal(load_ratings<Scalar>(file.path()), data);
    // Of the other scalar; these ratings are whole or halves, which both hold.
    check_equal(load_ratings<float>(file.path()), data);
    check_equal(load_ratings<double>(file.path()), data);
  }
}

TEST_CASE("ratings go on when their file is gone or replaced") {
  const auto data = read<float>(text);
  const TemporaryFile file("");
  save_ratings(data, file.path());
  const auto loaded = load_ratings<float>(file.path());
  save_ratings(read<float>("1,1,1\n"), file.path());
  check_equal(loaded, data);
  CHECK(load_ratings<float>(file.path()).ratings.nonzeros() == 1);
  std::filesystem::remove(file.path());
  check_equal(loaded, data);
}

TEST_CASE("a file that another program laid out, unaligned, is read as well") {
  const auto data = read<float>(text);
  const TemporaryFile file("");
  save_ratings(data, file.path());
  const auto bytes = content(file.path());
  auto length = static_cast<unsigned char>(bytes[0]) + 256 * static_cast<unsigned char>(bytes[1]);
  // One blank more in the header moves every tensor by a byte.
  const auto moved = static_cast<std::uint64_t>(length) + 1;
  std::string shifted(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) shifted[i] = static_cast<char>(moved >> (8 * i));
  shifted +=
      bytes.substr(8, static_cast<std::size_t>(length)) + ' ' + bytes.substr(8 + static_cast<std::size_t>(length));
  const TemporaryFile other(shifted);
  check_equal(load_ratings<float>(other.path()), data);
}

TEST_CASE("ids that are known keep their numbers, as for a text") {
  const auto known = read<float>("bob,12,1\nbob,99,1\ncarl,3,2\n");
  const ReadOptions options{.users = &known.users, .items = &known.items};
  const TemporaryFile file("");
  save_ratings(read<float>(text), file.path());
  check_equal(load_ratings<float>(file.path(), options), read<float>(text, options));
  for (const ReadOptions& some : {ReadOptions{.users = &known.users}, ReadOptions{.items = &known.items}}) {
    check_equal(load_ratings<float>(file.path(), some), read<float>(text, some));
  }
}

TEST_CASE("ids that are known and keep their numbers cost no copy") {
  const auto data = read<float>(text);
  const TemporaryFile file("");
  save_ratings(data, file.path());
  const IdMap none;
  const auto same = [&](const IdMap& users, const IdMap& items) {
    const auto before = load_ratings<float>(file.path());
    const auto& values = before.ratings.values();
    const auto after = detail::renumbered(before, {.users = &users, .items = &items});
    check_equal(after, read<float>(text, {.users = &users, .items = &items}));
    return after.ratings.values().data() == values.data();
  };
  CHECK(same(none, none));
  CHECK(same(data.users, data.items));
  IdMap more = data.users;
  more.insert("dave");
  CHECK_FALSE(same(more, data.items));
  IdMap last;
  last.insert("zoë");
  CHECK_FALSE(same(last, none));
}

TEST_CASE("any other file is read as text, and so is one whose format is given") {
  const TemporaryFile plain(text);
  check_equal(load_ratings<float>(plain.path()), read<float>(text));
  const TemporaryFile file("");
  save_ratings(read<float>(text), file.path());
  CHECK(holds(complaint(file.path(), {.format = Format::csv}), "expected"));
  CHECK(holds(complaint("/no/such/file"), "No such file"));
}

TEST_CASE("duplicates that were dropped before are still refused") {
  const TemporaryFile file("");
  save_ratings(read<float>(text), file.path());
  CHECK(complaint(file.path()).empty());
  CHECK(holds(complaint(file.path(), {.duplicates = Duplicates::refuse}), "1 that were dropped"));
}

TEST_CASE("a file that was cut short or altered anywhere is refused") {
  const TemporaryFile file("");
  save_ratings(read<float>(text), file.path());
  auto bytes = content(file.path());
  for (std::size_t length = 9; length < bytes.size(); ++length) {
    const TemporaryFile cut(bytes.substr(0, length));
    CHECK(!complaint(cut.path()).empty());
  }
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    if (bytes[place] == ' ') continue;  // after the header, where it means nothing
    bytes[place] = static_cast<char>(bytes[place] ^ 4);
    const TemporaryFile altered(bytes);
    CHECK(!complaint(altered.path()).empty());
    bytes[place] = static_cast<char>(bytes[place] ^ 4);
  }
}

TEST_CASE("a file that was made up is refused for what is wrong with it") {
  REQUIRE(Forged{}.complaint().empty());
  const auto refuses = [](const char* reason, auto change) {
    Forged forged;
    change(forged);
    const auto found = forged.complaint();
    CAPTURE(found);
    CHECK(holds(found, reason));
  };
  refuses("an offset", [](Forged& f) { f.offsets = {0, 4, 3}; });
  refuses("first offset", [](Forged& f) { f.offsets = {1, 2, 3}; });
  refuses("last offset", [](Forged& f) { f.offsets = {0, 2, 4}; });
  refuses("last offset", [](Forged& f) { f.offsets = {0, 2, std::numeric_limits<std::int64_t>::max()}; });
  refuses("different ids of users", [](Forged& f) { f.offsets = {0, 3}; });
  refuses("different ids of users", [](Forged& f) { f.offsets = {}; });
  refuses("an id for each user", [](Forged& f) { f.users_have_names = false; });  // which crashed who had known ids
  refuses("different ids of items", [](Forged& f) { f.item_offsets = {0, 1, 9, 3}; });
  refuses("an item index", [](Forged& f) { f.items[2] = 3; });
  refuses("an item index", [](Forged& f) { f.items[0] = -1; });
  refuses("number of values", [](Forged& f) { f.ratings.pop_back(); });
  refuses("finite", [](Forged& f) { f.ratings[1] = std::numeric_limits<float>::quiet_NaN(); });
  refuses("a timestamp for each rating", [](Forged& f) { f.timestamps.pop_back(); });
  refuses("duplicates", [](Forged& f) { f.duplicates = "-1"; });
  refuses("duplicates", [](Forged& f) { f.duplicates = "many"; });
  refuses("another kind", [](Forged& f) { f.format = "asysvd model"; });
  refuses("version \"2\"", [](Forged& f) { f.version = "2"; });
}

TEST_CASE("what does not fit is not saved, and the file stays as it was") {
  const TemporaryFile file("before");
  auto data = read<float>(text);
  data.timestamps = std::vector<std::int64_t>{1};
  CHECK_THROWS_AS(save_ratings(data, file.path()), std::invalid_argument);
  data.timestamps = {};
  data.users = {};
  CHECK_THROWS_AS(save_ratings(data, file.path()), std::invalid_argument);
  CHECK(content(file.path()) == "before");
}
