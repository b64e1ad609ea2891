// SPDX-License-Identifier: MIT
/// \file
/// Ratings in files that need no parsing: the converted form, in the safetensors format. Needs nlohmann/json.
///
/// The tensors are the compressed rows, `offsets` (I64, one more than users), `items` (I32) and `ratings` (F32 or F64);
/// `timestamps` (I64), if there are any; and the ids, as detail/id_tensors.hpp lays them out. The metadata holds the
/// versions of the format and the library, how many duplicates were dropped, and a checksum of all of it, which
/// detail/checksum.hpp defines.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asysvd/data/dataset.hpp>
#include <asysvd/data/reader.hpp>
#include <asysvd/io/detail/id_tensors.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>

namespace asysvd {
inline namespace v0_1 {

namespace detail {

inline constexpr const char* ratings_format = "asysvd ratings";
inline constexpr const char* ratings_format_version = "1";

/// Whether a file begins as safetensors do: with the length of a header, which no text could be read as, and a brace.
[[nodiscard]] inline bool is_safetensors(const std::filesystem::path& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return false;  // what was read from a pipe would be gone
  std::array<char, 9> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  std::uint64_t length = 0;
  std::memcpy(&length, start.data(), sizeof length);
  return start[8] == '{' && length <= longest_header;
}

/// A tensor where it is in the file, if it can be used there, and otherwise a copy.
template <class Value>
[[nodiscard]] SharedArray<Value> array_of(const std::shared_ptr<const SafetensorsReader>& file,
                                          const std::string& name) {
  if (const auto mapped = file->mapped<Value>(name)) return {*mapped, file};
  return file->values<Value>(name);
}

/// Adds the ids of `ids` to those that are known; returns the new index of each.
[[nodiscard]] inline std::vector<Index> join_ids(IdMap& known, const IdMap& ids) {
  const Size first_new = known.size();
  std::vector<Index> indices;
  indices.reserve(static_cast<std::size_t>(ids.size()));
  for (Index i = 0; i < static_cast<Index>(ids.size()); ++i) indices.push_back(known.insert(ids, i));
  renumber(known, first_new, indices);
  return indices;
}

/// Whether every index stays as it is, of so many.
[[nodiscard]] inline bool all_stay(const std::vector<Index>& indices, Size size) {
  Index next = 0;
  return static_cast<Size>(indices.size()) == size &&
         std::ranges::all_of(indices, [&](Index index) { return index == next++; });
}

/// The same ratings with the ids that are known before numbered first; without a copy if that changes nothing.
template <std::floating_point Scalar>
[[nodiscard]] Dataset<Scalar> renumbered(const Dataset<Scalar>& data, const ReadOptions& options) {
  Dataset<Scalar> other;
  if (options.users != nullptr) other.users = *options.users;
  if (options.items != nullptr) other.items = *options.items;
  const auto users = join_ids(other.users, data.users);
  const auto items = join_ids(other.items, data.items);
  if (all_stay(users, other.users.size()) && all_stay(items, other.items.size())) return data;
  const auto place = [](Size s) { return static_cast<std::size_t>(s); };
  auto order = csr_order(
      other.users.size(), data.ratings.nonzeros(), [&](Size s) { return users[place(data.ratings.user_of(s))]; },
      [&](Size s) { return items[place(data.ratings.items()[place(s)])]; });

  std::vector<Index> columns;
  std::vector<Scalar> values;
  std::vector<std::int64_t> timestamps;
  for (const std::uint32_t s : order.source) {
    columns.push_back(items[place(data.ratings.items()[s])]);
    values.push_back(data.ratings.values()[s]);
    if (!data.timestamps.empty()) timestamps.push_back(data.timestamps[s]);
  }
  other.ratings =
      SparseMatrix<Scalar>(other.items.size(), std::move(order.offsets), std::move(columns), std::move(values));
  other.timestamps = std::move(timestamps);
  other.duplicates = data.duplicates;
  return other;
}

template <std::floating_point Scalar>
[[nodiscard]] Dataset<Scalar> read_converted(const std::filesystem::path& path) {
  const auto file = std::make_shared<const SafetensorsReader>(path, ratings_format, ratings_format_version);
  Dataset<Scalar> data;
  data.users = read_ids(*file, "users", file->shape("offsets", 1)[0] - 1);
  data.items = read_ids(*file, "items", file->shape("items.offsets", 1)[0] - 1);
  try {
    data.ratings = SparseMatrix<Scalar>(data.items.size(), array_of<Size>(file, "offsets"),
                                        array_of<Index>(file, "items"), array_of<Scalar>(file, "ratings"));
  } catch (const std::invalid_argument& error) {
    file->fail("ratings in compressed rows", error.what());
  }
  if (data.users.size() != data.ratings.rows()) file->fail("an id for each user", to_text(data.users.size()));
  if (file->has("timestamps")) data.timestamps = array_of<std::int64_t>(file, "timestamps");
  if (!data.timestamps.empty() && static_cast<Size>(data.timestamps.size()) != data.ratings.nonzeros()) {
    file->fail("a timestamp for each rating", to_text(data.timestamps.size()));
  }
  const auto& duplicates = file->note("duplicates");
  const auto count = parse_canonical(duplicates);
  if (!count || *count < 0) file->fail("the number of duplicates", visible(duplicates));
  data.duplicates = *count;
  return data;
}

}  // namespace detail

/// Writes ratings, with their ids and timestamps, in the converted form: in the `Scalar` that they have. The file is
/// written beside its place and renamed, so that it is the old one or the new one, never part of one. Throws
/// `FileError` if it can't be written, `std::invalid_argument` if there are not as many ids as users and items, or not
/// as many timestamps as ratings.
template <std::floating_point Scalar>
void save_ratings(const Dataset<Scalar>& data, const std::filesystem::path& path) {
  const auto& ratings = data.ratings;
  detail::require(data.users.size() == ratings.rows(), "save_ratings", "number of user ids", data.users.size(),
                  "one for each user");
  detail::require(data.items.size() == ratings.cols(), "save_ratings", "number of item ids", data.items.size(),
                  "one for each item");
  detail::require(data.timestamps.empty() || static_cast<Size>(data.timestamps.size()) == ratings.nonzeros(),
                  "save_ratings", "number of timestamps", data.timestamps.size(), "0, or one for each rating");
  std::vector<Size> offsets;
  for (Size user = 0; user <= ratings.rows(); ++user) offsets.push_back(ratings.offset(user));
  const detail::IdTensors users(data.users), items(data.items);

  detail::SafetensorsWriter file(detail::ratings_format, detail::ratings_format_version);
  file.note("duplicates", detail::to_text(data.duplicates));
  file.add("offsets", offsets);
  file.add("items", ratings.items());
  file.add("ratings", ratings.values());
  if (!data.timestamps.empty()) file.add("timestamps", std::span(data.timestamps.data(), data.timestamps.size()));
  users.add_to(file, "users");
  items.add_to(file, "items");
  file.write(path);
}

/// Ratings out of a file of any form: the converted one is mapped into memory and used where it is, without a copy,
/// which takes milliseconds; any other file, and any whose format is given, is read by `read_ratings`.
///
/// The ratings share the mapping, which lasts as long as they do; somebody who replaces the file by another one, as
/// `save_ratings` does, disturbs nobody. Ratings of another `Scalar` than the file's are copied, and so are those of a
/// file whose ids get other numbers after known ones. All that is in the file is checked before it is used: O(bytes).
/// Throws `FileError` for a file that is not whole and unaltered, and as `read_ratings` does.
template <std::floating_point Scalar>
[[nodiscard]] Dataset<Scalar> load_ratings(const std::filesystem::path& path, const ReadOptions& options = {}) {
  if (options.format != Format::automatic || !detail::is_safetensors(path)) return read_ratings<Scalar>(path, options);
  auto data = detail::read_converted<Scalar>(path);
  if (options.duplicates == Duplicates::refuse && data.duplicates > 0) {
    throw FileError(path, 0, 0, "at most one rating of an item by a user",
                    detail::to_text(data.duplicates) + " that were dropped when the file was made");
  }
  if (options.users != nullptr || options.items != nullptr) return detail::renumbered(data, options);
  return data;
}

}  // namespace v0_1
}  // namespace asysvd
