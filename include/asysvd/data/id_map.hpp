// SPDX-License-Identifier: MIT
/// \file
/// Ids as files have them, and the indices that the library works with.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// External ids, whole numbers or strings, numbered from 0 in the order of their insertion.
///
/// A text that spells a whole number of 64 bits as it would be printed ("17", "-3", but not "017" or "1.0") and that
/// number are the same id. Numbers in [0, `dense_range`) are looked up in an array, which takes 4 bytes for each number
/// up to about twice the largest one seen; all others, and strings, in a hash table without a copy of the string.
///
/// Look-ups and insertions are O(1), amortised. Safe for concurrent reading. Two maps are equal if they hold the same
/// ids at the same indices.
class IdMap {
 public:
  /// Numbers from 0 up to here are found in an array, which is never larger than 16 MiB.
  static constexpr std::int64_t dense_range = std::int64_t{1} << 22;

  /// The index of an id, which is added if it is new. Throws `std::invalid_argument` at more than 2^31 - 1 ids.
  Index insert(std::int64_t number) {
    const Index known = dense_index(number);
    return known != absent ? known : insert_number(number);
  }
  /// The same for a text, which may spell a number.
  Index insert(std::string_view text) {
    if (const auto number = detail::parse_canonical(text)) return insert(*number);
    return insert_text(text);
  }
  /// That of the id which `other` has at `index`, in [0, other.size()): not checked.
  Index insert(const IdMap& other, Index index) {
    const Entry& entry = other.at(index);
    return entry.is_number() ? insert(entry.value) : insert_text(other.characters(entry));
  }

  /// The index of an id, if it is known.
  [[nodiscard]] std::optional<Index> find(std::int64_t number) const noexcept {
    if (is_dense(number)) return known(dense_index(number));
    return find_hashed(hash(number), [&](Index i) { return is_number(i, number); });
  }
  /// The same for a text, which may spell a number.
  [[nodiscard]] std::optional<Index> find(std::string_view text) const noexcept {
    if (const auto number = detail::parse_canonical(text)) return find(*number);
    return find_hashed(hash(text), [&](Index i) { return is_text(i, text); });
  }

  /// Makes room for `count` ids, which then are kept without being moved. Changes nothing else.
  void reserve(Size count) { entries_.reserve(static_cast<std::size_t>(count)); }

  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(entries_.size()); }  ///< ids

  /// The id at `index`, which must lie in [0, size()); throws `std::invalid_argument` otherwise.
  [[nodiscard]] std::string name(Index index) const {
    detail::require(index >= 0 && index < size(), "IdMap::name", "index", index, "at least 0 and less than size()");
    NumberText buffer;
    return std::string(text(index, buffer));
  }

  /// All ids, by index.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    all.reserve(entries_.size());
    for (Index i = 0; i < size(); ++i) all.push_back(name(i));
    return all;
  }

  /// Numbers the ids from index `first` on anew, in ascending order: as numbers if all of them are numbers, otherwise
  /// all by their bytes. Returns the new index of each old one. `first` lies in [0, size()]. O(size() log size()).
  std::vector<Index> sort(Index first = 0) {
    detail::require(first >= 0 && first <= size(), "IdMap::sort", "first", first, "0 to size()");
    std::vector<Index> order(entries_.size());
    std::iota(order.begin(), order.end(), 0);
    const auto begin = order.begin() + first;
    if (std::all_of(begin, order.end(), [&](Index i) { return at(i).is_number(); })) {
      std::sort(begin, order.end(), [&](Index a, Index b) { return at(a).value < at(b).value; });
    } else {
      std::sort(begin, order.end(), [&](Index a, Index b) {
        NumberText buffer_a, buffer_b;
        return text(a, buffer_a) < text(b, buffer_b);
      });
    }

    std::vector<Index> renumbered(order.size());
    std::vector<Entry> entries;
    entries.reserve(order.size());
    for (const Index old : order) {
      renumbered[static_cast<std::size_t>(old)] = static_cast<Index>(entries.size());
      entries.push_back(at(old));
    }
    entries_ = std::move(entries);
    const auto renumber = [&](Index& index) {
      if (index != absent) index = renumbered[static_cast<std::size_t>(index)];
    };
    for (Index& index : dense_) renumber(index);
    for (Slot& slot : slots_) renumber(slot.index);
    return renumbered;
  }

  /// Whether both hold the same ids at the same indices. O(ids).
  friend bool operator==(const IdMap& a, const IdMap& b) noexcept {
    if (a.size() != b.size()) return false;
    for (Index i = 0; i < a.size(); ++i) {
      const Entry& entry = a.at(i);
      if (!(entry.is_number() ? b.is_number(i, entry.value) : b.is_text(i, a.characters(entry)))) return false;
    }
    return true;
  }

 private:
  static constexpr Index absent = -1;

  /// An id: a number, or a string of `length` bytes that begins at `value` in `characters_`.
  struct Entry {
    std::int64_t value;
    std::int32_t length;

    static constexpr std::int32_t number = -1;
    [[nodiscard]] bool is_number() const noexcept { return length == number; }
  };
  /// A place in the hash table. Equal hashes are compared before ids are, which lie elsewhere in memory.
  struct Slot {
    std::uint32_t hash = 0;
    Index index = absent;
  };
  /// Room for a number of 64 bits as text.
  struct NumberText {
    char bytes[20];
  };

  [[nodiscard]] static constexpr bool is_dense(std::int64_t number) noexcept {
    return number >= 0 && number < dense_range;
  }
  [[nodiscard]] static std::optional<Index> known(Index index) noexcept {
    return index == absent ? std::nullopt : std::optional(index);
  }
  [[nodiscard]] static std::uint32_t hash(std::int64_t number) noexcept {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15u >> 32);
  }
  [[nodiscard]] static std::uint32_t hash(std::string_view text) noexcept {
    return hash(static_cast<std::int64_t>(std::hash<std::string_view>{}(text)));
  }

  [[nodiscard]] const Entry& at(Index index) const noexcept { return entries_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] std::string_view characters(const Entry& entry) const noexcept {
    return {characters_.data() + entry.value, static_cast<std::size_t>(entry.length)};
  }
  [[nodiscard]] std::string_view text(Index index, NumberText& buffer) const noexcept {
    const Entry& entry = at(index);
    if (!entry.is_number()) return characters(entry);
    const auto end = std::to_chars(buffer.bytes, buffer.bytes + sizeof buffer.bytes, entry.value).ptr;
    return {buffer.bytes, static_cast<std::size_t>(end - buffer.bytes)};
  }
  [[nodiscard]] bool is_number(Index index, std::int64_t number) const noexcept {
    return at(index).is_number() && at(index).value == number;
  }
  [[nodiscard]] bool is_text(Index index, std::string_view text) const noexcept {
    return !at(index).is_number() && characters(at(index)) == text;
  }

  [[nodiscard]] Index dense_index(std::int64_t number) const noexcept {
    const auto place = static_cast<std::uint64_t>(number);
    return place < dense_.size() ? dense_[place] : absent;
  }

  Index insert_number(std::int64_t number) {
    if (!is_dense(number)) {
      return insert_hashed(
          hash(number), [&](Index i) { return is_number(i, number); }, [&] { return append(number); });
    }
    const auto place = static_cast<std::size_t>(number);
    if (place >= dense_.size()) {
      const auto doubled = std::min(2 * dense_.size(), static_cast<std::size_t>(dense_range));
      dense_.resize(std::max(place + 1, doubled), absent);
    }
    return dense_[place] = append(number);
  }

  /// Of a text that spells no number.
  Index insert_text(std::string_view text) {
    return insert_hashed(
        hash(text), [&](Index i) { return is_text(i, text); }, [&] { return append(text); });
  }

  /// Finds the place of an id in the hash table: the one that holds it, or the empty one where it would be.
  template <class Same>
  [[nodiscard]] std::size_t place_of(std::uint32_t hash, Same same) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = hash & mask;
    while (slots_[place].index != absent && !(slots_[place].hash == hash && same(slots_[place].index))) {
      place = (place + 1) & mask;
    }
    return place;
  }

  template <class Same>
  [[nodiscard]] std::optional<Index> find_hashed(std::uint32_t hash, Same same) const {
    return slots_.empty() ? std::nullopt : known(slots_[place_of(hash, same)].index);
  }

  template <class Same, class Append>
  Index insert_hashed(std::uint32_t hash, Same same, Append append_id) {
    if (2 * hashed_ >= slots_.size()) grow_table();
    Slot& slot = slots_[place_of(hash, same)];
    if (slot.index == absent) {
      slot = {hash, append_id()};
      ++hashed_;
    }
    return slot.index;
  }

  /// Keeps the table, a power of two in size, at most half full.
  void grow_table() {
    std::vector<Slot> old(std::max<std::size_t>(16, 2 * slots_.size()));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.index != absent) slots_[place_of(slot.hash, [](Index) { return false; })] = slot;
    }
  }

  Index append(std::int64_t number) { return append(Entry{number, Entry::number}); }
  Index append(std::string_view text) {
    detail::require(text.size() <= std::numeric_limits<std::int32_t>::max(), "IdMap::insert", "length of an id",
                    text.size(), "at most 2147483647 bytes");
    const auto begin = static_cast<std::int64_t>(characters_.size());
    characters_ += text;
    return append(Entry{begin, static_cast<std::int32_t>(text.size())});
  }
  Index append(Entry entry) {
    detail::require(size() < std::numeric_limits<Index>::max(), "IdMap::insert", "number of ids", size(),
                    "at most 2147483647 ids");
    entries_.push_back(entry);
    return static_cast<Index>(entries_.size() - 1);
  }

  std::vector<Entry> entries_;  // by index
  std::string characters_;      // of all strings, one after the other
  std::vector<Index> dense_;    // by number
  std::vector<Slot> slots_;     // of all other ids, with linear probing
  std::size_t hashed_ = 0;      // how many those are
};

}  // namespace v0_1
}  // namespace asysvd
