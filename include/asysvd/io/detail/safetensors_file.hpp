// SPDX-License-Identifier: MIT
/// \file
/// The safetensors format: eight bytes that hold the length of a header, the header in JSON, then the bare tensors.
/// Knows nothing of models. Needs nlohmann/json.
///
/// Its metadata has four entries of ours in every file: `format`, `format_version`, `library_version` and `checksum`.
/// The checksum, in decimal, is that of checksum.hpp over the header and then all bytes after it; the header enters it
/// without the checksum, its keys sorted and without blanks. So it finds a change of any byte that matters, while
/// another program may write the same header in its own order.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <asysvd/data/detail/mapped_file.hpp>
#include <asysvd/data/file_error.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/io/detail/atomic_file.hpp>
#include <asysvd/io/detail/checksum.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/version.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian, as they are written here");

/// The checksum so far, when the header has entered it.
[[nodiscard]] inline Checksum checksum_of_header(nlohmann::json header) {
  header["__metadata__"].erase("checksum");
  Checksum checksum;
  checksum.add(header.dump());
  return checksum;
}

/// A type of numbers in a tensor.
struct DType {
  std::string_view name;
  std::size_t size;  ///< in bytes
};

/// The types in use, in the order in which the format's own library lays out tensors: where those of larger numbers
/// come first, all of them are aligned.
inline constexpr std::array<DType, 5> dtypes{{{"I64", 8}, {"F64", 8}, {"I32", 4}, {"F32", 4}, {"U8", 1}}};

/// The place of a type among `dtypes`; their number if it is not there.
[[nodiscard]] constexpr std::size_t rank_of_dtype(std::string_view name) noexcept {
  std::size_t rank = 0;
  while (rank < dtypes.size() && dtypes[rank].name != name) ++rank;
  return rank;
}

template <class Value>
[[nodiscard]] constexpr const char* dtype_of() noexcept {
  if constexpr (std::is_same_v<Value, float>) {
    return "F32";
  } else if constexpr (std::is_same_v<Value, double>) {
    return "F64";
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    return "I64";
  } else if constexpr (std::is_same_v<Value, std::int32_t>) {
    return "I32";
  } else {
    static_assert(std::is_same_v<Value, char>, "a tensor holds numbers of one of the types of dtypes");
    return "U8";
  }
}

/// The header of a file as large as this describes some thousands of tensors.
inline constexpr std::uint64_t longest_header = std::uint64_t{1} << 20;

/// Collects metadata and tensors, and writes them all. Copies no tensor: they must stay as they are until then.
class SafetensorsWriter {
 public:
  SafetensorsWriter(const std::string& format, const std::string& version) {
    note("format", format);
    note("format_version", version);
    note("library_version",
         to_text(ASYSVD_VERSION_MAJOR) + '.' + to_text(ASYSVD_VERSION_MINOR) + '.' + to_text(ASYSVD_VERSION_PATCH));
  }

  /// Text beside the tensors.
  void note(const std::string& name, const std::string& text) { notes_[name] = text; }

  /// A tensor of one dimension.
  template <class Value>
  void add(const std::string& name, std::span<const Value> values) {
    const auto size = static_cast<Size>(values.size());
    add(name, {size}, values.data(), 1, size, size);
  }
  template <class Value>
  void add(const std::string& name, const std::vector<Value>& values) {
    add(name, std::span(values));
  }

  /// A tensor of rows × columns, whose rows begin `stride` values apart in memory: one piece if nothing lies between.
  template <class Value>
  void add(const std::string& name, const Value* first, Size rows, Size columns, Size stride) {
    if (stride == columns) return add(name, {rows, columns}, first, 1, rows * columns, rows * columns);
    add(name, {rows, columns}, first, rows, columns, stride);
  }

  /// Throws `FileError`; the file then is as it was.
  void write(const std::filesystem::path& path) {
    std::ranges::sort(tensors_, {}, [](const Tensor& t) { return std::tuple(rank_of_dtype(t.dtype), t.name); });
    nlohmann::json header{{"__metadata__", notes_}};
    std::size_t end = 0;
    for (const Tensor& t : tensors_) {
      const std::size_t begin = std::exchange(end, end + t.rows * t.row_bytes);
      header[t.name] = {{"dtype", t.dtype}, {"shape", t.shape}, {"data_offsets", {begin, end}}};
    }
    auto checksum = checksum_of_header(header);
    for_each_row([&](std::string_view row) { checksum.add(row); });
    header["__metadata__"]["checksum"] = to_text(checksum.value());

    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');  // so that the tensors begin at a multiple of 8 bytes
    if (text.size() > longest_header) {
      throw FileError(path, 0, 0, "at most " + to_text(longest_header) + " bytes of header to write",
                      to_text(text.size()) + " bytes, which describe " + to_text(tensors_.size()) + " tensors");
    }
    const auto length = std::bit_cast<std::array<char, 8>>(std::uint64_t{text.size()});
    AtomicFile file(path);
    file.write({length.data(), length.size()});
    file.write(text);
    for_each_row([&](std::string_view row) { file.write(row); });
    file.commit();
  }

 private:
  struct Tensor {
    std::string name;
    std::string dtype;
    std::vector<Size> shape;
    const char* first;
    std::size_t rows;
    std::size_t row_bytes;
    std::size_t stride_bytes;
  };

  template <class Value>
  void add(const std::string& name, std::vector<Size> shape, const Value* first, Size rows, Size columns, Size stride) {
    const auto bytes = [](Size values) { return static_cast<std::size_t>(values) * sizeof(Value); };
    tensors_.push_back({name, dtype_of<Value>(), std::move(shape), reinterpret_cast<const char*>(first),
                        static_cast<std::size_t>(rows), bytes(columns), bytes(stride)});
  }

  template <class Function>
  void for_each_row(Function function) const {
    for (const Tensor& t : tensors_) {
      for (std::size_t row = 0; row < t.rows; ++row) {
        function(std::string_view(t.first + row * t.stride_bytes, t.row_bytes));
      }
    }
  }

  std::map<std::string, std::string> notes_;
  std::vector<Tensor> tensors_;
};

/// Reads a file that may be damaged or made up: everything is checked before anything is used, and what is allocated
/// is bounded by the length of the file. Failures throw `FileError`.
class SafetensorsReader {
 public:
  SafetensorsReader(const std::filesystem::path& path, std::string_view format, std::string_view version)
      : file_(path) {
    const auto header = read_header();
    const auto metadata = header.find("__metadata__");
    if (metadata != header.end()) read_notes(*metadata);
    // The format comes first: in another one, or a newer one, everything else may be different.
    if (notes_["format"] != format) fail(quoted(format), "a file of another kind");
    if (note("format_version") != version) {
      fail(quoted(format) + " in version " + std::string(version),
           "version " + visible(note("format_version")) + ", as asysvd " + visible(notes_["library_version"]) +
               " writes and reads it");
    }
    for (const auto& [name, entry] : header.items()) {
      if (name != "__metadata__") tensors_[name] = tensor(name, entry);
    }
    check_layout();
    auto checksum = checksum_of_header(header);
    checksum.add(data_);
    if (note("checksum") != to_text(checksum.value())) {
      fail("contents that agree with the checksum", "a file that was changed");
    }
    file_.expect_any_order();
  }

  /// Text beside the tensors.
  [[nodiscard]] const std::string& note(const std::string& name) const {
    const auto found = notes_.find(name);
    if (found == notes_.end()) fail(quoted(name) + " in the metadata", "nothing of that name");
    return found->second;
  }

  [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }

  /// The shape of a tensor that has so many dimensions.
  [[nodiscard]] const std::vector<Size>& shape(const std::string& name, std::size_t dimensions) const {
    const auto& shape = find(name).shape;
    if (shape.size() != dimensions) {
      fail("a tensor " + quoted(name) + " of " + to_text(dimensions) + " dimensions", to_text(shape.size()));
    }
    return shape;
  }

  /// All values of a tensor of one dimension.
  template <class Value>
  [[nodiscard]] std::vector<Value> values(const std::string& name) const {
    std::vector<Value> all(static_cast<std::size_t>(shape(name, 1)[0]));
    const auto size = static_cast<Size>(all.size());
    read(name, all.data(), 1, size, size);
    return all;
  }

  /// The values of a tensor, of either floating-point type if `Value` is one, into rows that begin `stride` values
  /// apart. It must hold rows · columns of them.
  template <class Value>
  void read(const std::string& name, Value* to, Size rows, Size columns, Size stride) const {
    const Tensor& found = find(name);
    if (found.dtype == dtype_of<Value>()) return copy<Value>(found, to, rows, columns, stride);
    if constexpr (std::is_floating_point_v<Value>) {
      using Other = std::conditional_t<std::is_same_v<Value, float>, double, float>;
      if (found.dtype == dtype_of<Other>()) return copy<Other>(found, to, rows, columns, stride);
    }
    fail("a tensor " + quoted(name) + " of type " + dtype_of<Value>(), found.dtype);
  }

  /// All values of a tensor of one dimension where they are in the file, for as long as this reader lives; nothing if
  /// they are of another type, or not aligned as they must be to be read there.
  template <class Value>
  [[nodiscard]] std::optional<std::span<const Value>> mapped(const std::string& name) const {
    const Tensor& found = find(name);
    const char* const first = data_.data() + found.begin;
    if (found.dtype != dtype_of<Value>() || reinterpret_cast<std::uintptr_t>(first) % alignof(Value) != 0) return {};
    return std::span(reinterpret_cast<const Value*>(first), static_cast<std::size_t>(shape(name, 1)[0]));
  }

  /// The same of any tensor of one dimension: where they are, or else copied into `copy`.
  template <class Value>
  [[nodiscard]] std::span<const Value> view(const std::string& name, std::vector<Value>& copy) const {
    if (const auto in_place = mapped<Value>(name)) return *in_place;
    copy = values<Value>(name);
    return copy;
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

  static std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

  [[nodiscard]] nlohmann::json read_header() {
    const std::string_view all = file_.text();
    std::uint64_t length = 0;
    if (all.size() < sizeof length) fail("8 bytes that hold the length of a header", to_text(all.size()) + " bytes");
    std::memcpy(&length, all.data(), sizeof length);
    const auto most = std::min<std::uint64_t>(all.size() - sizeof length, longest_header);
    if (length > most) {
      fail("a safetensors file, with a header of at most " + to_text(most) + " bytes", to_text(length) + " bytes");
    }
    data_ = all.substr(sizeof length + length);

    std::vector<std::set<std::string>> names;  // of the objects that are open
    const auto watch = [&](int depth, nlohmann::json::parse_event_t event, const nlohmann::json& value) {
      using Event = nlohmann::json::parse_event_t;
      // Values are copied and written level by level, on the stack: what is deep enough would be deeper than that.
      if (depth > 2 && (event == Event::object_start || event == Event::array_start)) {
        fail("a header that is a JSON object of tensors and metadata", "values that are nested deeper");
      }
      if (event == Event::object_start) names.emplace_back();
      if (event == Event::object_end) names.pop_back();
      if (event == Event::key && !names.back().insert(value.get<std::string>()).second) {
        fail("a header that names everything once", visible(value.get<std::string>()) + " twice");
      }
      return true;
    };
    const auto text = all.substr(sizeof length, length);
    // A zero byte is not JSON, but nlohmann/json takes it for the end of the text.
    auto header = text.find('\0') == text.npos ? nlohmann::json::parse(text, watch, false) : nlohmann::json();
    if (!header.is_object()) fail("a header that is a JSON object", "something else");
    return header;
  }

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
    const auto at = [&](const char* key) { return entry.is_object() ? entry.value(key, nlohmann::json()) : entry; };
    const auto dtype = at("dtype"), shape = at("shape"), offsets = at("data_offsets");
    if (!dtype.is_string()) bad("a type");
    if (!shape.is_array() || !std::ranges::all_of(shape, is_size)) bad("a shape of whole numbers");
    if (!offsets.is_array() || offsets.size() != 2 || !std::ranges::all_of(offsets, is_size)) bad("two offsets");
    if (entry.size() != 3) bad("a type, a shape and offsets alone");

    Tensor tensor{dtype.get<std::string>(), {}, offsets[0].get<std::size_t>(), offsets[1].get<std::size_t>()};
    const auto rank = rank_of_dtype(tensor.dtype);
    if (rank == dtypes.size()) bad("the type F32, F64, I32, I64 or U8");
    if (tensor.begin > tensor.end || tensor.end > data_.size()) bad("offsets inside the file");
    std::uint64_t bytes = dtypes[rank].size;
    for (const auto& dimension : shape) {
      const auto length = dimension.get<std::uint64_t>();
      // Divided, since the product may be out of all bounds.
      if (length > data_.size() || (length > 0 && bytes > data_.size() / length))
        bad("a shape that fits into the file");
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
    if (found == tensors_.end()) fail("a tensor " + quoted(name), "none of that name");
    return found->second;
  }

  /// The values in a file written by another program need not be aligned.
  template <class Stored, class Value>
  void copy(const Tensor& tensor, Value* to, Size rows, Size columns, Size stride) const {
    const char* place = data_.data() + tensor.begin;
    for (Size row = 0; row < rows; ++row, to += stride) {
      for (Size column = 0; column < columns; ++column, place += sizeof(Stored)) {
        Stored stored;
        std::memcpy(&stored, place, sizeof stored);
        to[column] = static_cast<Value>(stored);
      }
    }
  }

  MappedFile file_;
  std::string_view data_;
  std::map<std::string, std::string> notes_;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
