// SPDX-License-Identifier: MIT
#include <asysvd/io/ratings.hpp>

#include <string>
#include <string_view>

#include "properties.hpp"
#include "sealed.hpp"

namespace asysvd::fuzz {

namespace {

/// Makes `detail::is_safetensors` no part of it: what is wrong with such a file has to be said by the reader itself.
void check_converted(std::string_view input) {
  const test::TemporaryFile file(input);
  const auto data = read_or_refused(file, input, [&] { return detail::read_converted<float>(file.path()); });
  if (!data) return;
  const auto& ratings = data->ratings;
  ratings.validate();
  expect(data->users.size() == ratings.rows() && data->items.size() == ratings.cols(), "there is an id for each index");
  expect(data->timestamps.empty() || static_cast<Size>(data->timestamps.size()) == ratings.nonzeros(),
         "there is a timestamp for each rating");

  const test::TemporaryFile copy(""), again("");
  save_ratings(*data, copy.path());
  const auto reread = load_ratings<float>(copy.path());
  expect(reread.users == data->users && reread.items == data->items, "ids that are written are read again");
  save_ratings(reread, again.path());
  expect(content(copy.path()) == content(again.path()), "what is written is read again, to the last byte");

  IdMap other;
  other.insert("another");
  const auto behind = read_or_refused(
      file, input, [&] { return load_ratings<float>(file.path(), {.users = &other, .items = &other}); });
  if (behind) expect(behind->users.size() == behind->ratings.rows(), "there is an id for each index behind others");
}

}  // namespace

void converted(std::string_view input) {
  check_converted(input);
  check_converted(sealed(input));
}

}  // namespace asysvd::fuzz
