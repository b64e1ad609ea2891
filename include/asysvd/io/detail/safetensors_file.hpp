// SPDX-License-Identifier: MIT
/// \file
/// The safetensors format: eight bytes that hold the length of a header, the header in JSON, then the bare tensors.
/// Knows nothing of models. Needs nlohmann/json.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <asysvd/data/detail/mapped_file.hpp>
#include <asysvd/data/file_error.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/io/detail/atomic_file.hpp>
#include <asysvd/profile.hpp>

namespace asysvd::detail {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian, as they are written here");

/// 64-bit FNV-1a (Fowler, Noll and Vo), which finds damage, not malice.
[[nodiscard]] inline std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325u) noexcept {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

template <class Value>
[[nodiscard]] constexpr const char* dtype_of() noexcept {
  if constexpr (std::is_same_v<Value, float>) return "F32";
  if constexpr (std::is_same_v<Value, double>) return "F64";
  if constexpr (std::is_same_v<Value, std::int64_t>) return "I64";
  if constexpr (std::is_same_v<Value, char>) return "U8";
}

/// Collects tensors and metadata, and writes them all.
class SafetensorsWriter {
 public:
  /// Text beside the tensors.
  void note(const std::string& name, const std::string& text) { header_["__metadata__"][name] = text; }

  template <class Value>
  void add(const std::string& name, std::initializer_list<Size> shape, const std::vector<Value>& values) {
    const std::size_t begin = data_.size();
    data_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
    header_[name] = {{"dtype", dtype_of<Value>()}, {"shape", shape}, {"data_offsets", {begin, data_.size()}}};
  }

  /// Throws `FileError`; the file then is as it was.
  void write(const std::filesystem::path& path) {
    note("checksum", to_text(fnv1a(data_)));
    std::string header = header_.dump();
    header.append((8 - header.size() % 8) % 8, ' ');  // so that the tensors begin at a multiple of 8 bytes
    const std::uint64_t length = header.size();
    AtomicFile file(path);
    file.write(&length, sizeof length);
    file.write(header.data(), header.size());
    file.write(data_.data(), data_.size());
    file.commit();
  }

 private:
  nlohmann::ordered_json header_;
  std::string data_;
};

/// Reads a file that may be damaged or made up: everything is checked before anything is used, and no more is
/// allocated than the file is long. Failures throw `FileError`.
class SafetensorsReader {
 public:
  explicit SafetensorsReader(const std::filesystem::path& path) : file_(path) {
    const std::string_view all = file_.text();
    std::uint64_t length = 0;
    if (all.size() < sizeof length) fail("8 bytes that hold the length of a header", to_text(all.size()) + " bytes");
    std::memcpy(&length, all.data(), sizeof length);
    if (length > all.size() - sizeof length) {
      fail("a header of at most " + to_text(all.size() - sizeof length) + " bytes", to_text(length) + " bytes");
    }
    data_ = all.substr(sizeof length + length);
    const auto header = nlohmann::json::parse(all.substr(sizeof length, length), nullptr, false);
    if (!header.is_object()) fail("a header that is a JSON object", "something else");
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        read_notes(entry);
      } else {
        tensors_[name] = tensor(name, entry);
      }
    }
    check_layout();
    if (note("checksum") != to_text(fnv1a(data_))) fail("tensors of the checksum in the header", "other ones");
  }

  /// Text beside the tensors.
  [[nodiscard]] const std::string& note(const std::string& name) const {
    const auto found = notes_.find(name);
    if (found == notes_.end()) fail("\"" + name + "\" in the metadata", "nothing of that name");
    return found->second;
  }

  [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }

  /// The shape of a tensor that has so many dimensions.
  [[nodiscard]] const std::vector<Size>& shape(const std::string& name, std::size_t dimensions) const {
    const auto& shape = find(name).shape;
    if (shape.size() != dimensions)
      fail("a tensor \"" + name + "\" of " + to_text(dimensions) + " dimensions", "others");
    return shape;
  }

  /// All values of a tensor, of either floating-point type if `Value` is one.
  template <class Value>
  [[nodiscard]] std::vector<Value> values(const std::string& name) const {
    const Tensor& found = find(name);
    if (found.dtype == dtype_of<Value>()) return copy<Value, Value>(found);
    if constexpr (std::is_same_v<Value, float>) {
      if (found.dtype == "F64") return copy<double, float>(found);
    }
    if constexpr (std::is_same_v<Value, double>) {
      if (found.dtype == "F32") return copy<float, double>(found);
    }
    fail(std::string("a tensor \"") + name + "\" of type " + dtype_of<Value>(), found.dtype);
  }

  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw FileError(file_.path(), 0, 0, expected, found);
  }

 private:
  struct Tensor {
    std::string dtype;
    std::vector<Size> shape;
    std::size_t begin;
    std::size_t end;
  };

  void read_notes(const nlohmann::json& entry) {
    if (!entry.is_object()) fail("metadata that is a JSON object", "something else");
    for (const auto& [name, text] : entry.items()) {
      if (!text.is_string()) fail("text as metadata", "something else");
      notes_[name] = text.get<std::string>();
    }
  }

  [[nodiscard]] Tensor tensor(const std::string& name, const nlohmann::json& entry) const {
    const auto bad = [&](const char* expected) { fail("a tensor " + visible(name) + " with " + expected, "another"); };
    const auto is_size = [](const nlohmann::json& value) { return value.is_number_unsigned(); };
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string()) bad("a type");
    if (!entry.contains("shape") || !entry["shape"].is_array() || !std::ranges::all_of(entry["shape"], is_size)) {
      bad("a shape of whole numbers");
    }
    const auto offsets = entry.value("data_offsets", nlohmann::json());
    if (!offsets.is_array() || offsets.size() != 2 || !std::ranges::all_of(offsets, is_size)) bad("two offsets");

    Tensor tensor{entry["dtype"].get<std::string>(), {}, offsets[0].get<std::size_t>(), offsets[1].get<std::size_t>()};
    static const std::map<std::string_view, std::size_t> sizes{{"F32", 4}, {"F64", 8}, {"I64", 8}, {"U8", 1}};
    const auto size = sizes.find(tensor.dtype);
    if (size == sizes.end()) bad("the type F32, F64, I64 or U8");
    if (tensor.begin > tensor.end || tensor.end > data_.size()) bad("offsets inside the file");
    // No dimension but 0 makes a product smaller, so it is out of bounds as soon as it passes the file's own size.
    std::uint64_t bytes = size->second;
    for (const auto& dimension : entry["shape"]) {
      const auto length = dimension.get<std::uint64_t>();
      if (length > data_.size() + 1 || bytes > data_.size() + 1) bad("a shape that fits into the file");
      bytes *= length;
      tensor.shape.push_back(static_cast<Size>(length));
    }
    if (bytes != tensor.end - tensor.begin) bad("as many bytes as its shape demands");
    return tensor;
  }

  /// Tensors lie one behind the other and fill the file.
  void check_layout() const {
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (const auto& [name, tensor] : tensors_) places.emplace_back(tensor.begin, tensor.end);
    std::ranges::sort(places);
    std::size_t end = 0;
    for (const auto& place : places) {
      if (place.first != end) fail("tensors without gaps or overlaps", "one at byte " + to_text(place.first));
      end = place.second;
    }
    if (end != data_.size()) fail(to_text(end) + " bytes of tensors", to_text(data_.size()) + " bytes");
  }

  [[nodiscard]] const Tensor& find(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) fail("a tensor \"" + name + "\"", "none of that name");
    return found->second;
  }

  template <class Stored, class Value>
  [[nodiscard]] std::vector<Value> copy(const Tensor& tensor) const {
    std::vector<Value> values((tensor.end - tensor.begin) / sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
      Stored stored;
      std::memcpy(&stored, data_.data() + tensor.begin + i * sizeof stored, sizeof stored);
      values[i] = static_cast<Value>(stored);
    }
    return values;
  }

  MappedFile file_;
  std::string_view data_;
  std::map<std::string, std::string> notes_;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace asysvd::detail
