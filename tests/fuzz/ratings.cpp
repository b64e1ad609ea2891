// SPDX-License-Identifier: MIT
#include <asysvd/io/ratings.hpp>

#include <string>
#include <string_view>

#include "properties.hpp"

namespace asysvd::fuzz {

namespace {

/// What is in a file before it is sorted, or what is wrong with it.
struct Parsed {
  detail::RatingColumns<float> ratings;
  Format format = Format::automatic;
  std::string error;
};

Parsed parsed(const test::TemporaryFile& file, Format format, const detail::Cutting& cutting) {
  Parsed parsed;
  try {
    parsed.format = detail::parse(detail::MappedFile(file.path()), format, cutting, parsed.ratings).format;
  } catch (const FileError& error) {
    parsed.error = error.what();
  }
  return parsed;
}

void expect_same(const Parsed& a, const Parsed& b, const std::string& what) {
  expect(a.error == b.error, what + " give the same error: " + a.error + " and " + b.error);
  if (!a.error.empty()) return;
  expect(a.ratings.user_ids == b.ratings.user_ids && a.ratings.item_ids == b.ratings.item_ids &&
             a.ratings.users == b.ratings.users && a.ratings.items == b.ratings.items &&
             a.ratings.values == b.ratings.values && a.ratings.timestamps == b.ratings.timestamps,
         what + " give the same ratings");
}

bool same(const Dataset<float>& a, const Dataset<float>& b) {
  if (a.users != b.users || a.items != b.items || a.ratings.nonzeros() != b.ratings.nonzeros()) return false;
  for (Size user = 0; user <= a.ratings.rows(); ++user) {
    if (a.ratings.offset(user) != b.ratings.offset(user)) return false;
  }
  return std::ranges::equal(a.ratings.items(), b.ratings.items()) &&
         std::ranges::equal(a.ratings.values(), b.ratings.values()) &&
         std::ranges::equal(std::span(a.timestamps.data(), a.timestamps.size()),
                            std::span(b.timestamps.data(), b.timestamps.size())) &&
         a.duplicates == b.duplicates;
}

void check_ratings(std::string_view input, Format format) {
  const test::TemporaryFile file(input);
  const auto data = read_or_refused(file, input, [&] { return read_ratings<float>(file.path(), {.format = format}); });
  const auto whole = parsed(file, format, {});
  expect(whole.error.empty() == data.has_value(), "what can be parsed can be read");
  expect_same(whole, parsed(file, format, {.threads = 2, .piece_bytes = input.size() / 5 + 1}),
              "one thread and two, in pieces,");
  if (!data) return;

  expect_same(whole, parsed(file, whole.format, {}), "a format that is found out and the same one that is given");
  const auto& ratings = data->ratings;
  ratings.validate();
  expect(data->users.size() == ratings.rows() && data->items.size() == ratings.cols(), "there is an id for each index");
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    expect(std::ranges::adjacent_find(row.items, std::ranges::greater_equal()) == row.items.end(),
           "the items of a row ascend");
  }
  expect(data->timestamps.empty() || static_cast<Size>(data->timestamps.size()) == ratings.nonzeros(),
         "there is a timestamp for each rating");
  expect(static_cast<Size>(whole.ratings.users.size()) == ratings.nonzeros() + data->duplicates,
         "every line is a rating or a duplicate");

  const auto known = read_ratings<float>(file.path(), {.format = format, .users = &data->users, .items = &data->items});
  expect(same(*data, known), "ids that are known keep their indices");
  const test::TemporaryFile copy("");
  save_ratings(*data, copy.path());
  expect(same(*data, load_ratings<float>(copy.path())), "what is written is read again");
}

}  // namespace

void ratings(std::string_view input) {
  check_ratings(input, Format::automatic);
}

void matrix_market(std::string_view input) {
  check_ratings(input, Format::matrix_market);
}

}  // namespace asysvd::fuzz
