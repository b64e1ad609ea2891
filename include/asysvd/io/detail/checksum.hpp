// SPDX-License-Identifier: MIT
/// \file
/// The checksum of the files that the library writes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// A hash of 64 bits that finds damage, not malice: a change of any one word always changes it.
///
/// It is FNV-1a (Fowler, Noll and Vo) over words instead of bytes, and in eight lanes, since a single chain waits for
/// one multiplication after the other, and would take longer than the disk does. Word w of lane l makes it
///
///     lane ← (rotate_left(lane, 29) xor w) · 0x100000001b3,   at first lane = 0xcbf29ce484222325 + l
///
/// where word 0, 1, … 7 of each block of 64 bytes, in little-endian order, belong to lane 0, 1, … 7, and the last block
/// is filled up with zeros. The value starts as the number of bytes, and takes in the lanes as a lane does words.
class Checksum {
 public:
  Checksum() noexcept {
    for (std::size_t l = 0; l < lanes_.size(); ++l) lanes_[l] = 0xcbf29ce484222325u + l;
  }

  /// As many bytes as there are, in whatever pieces they come.
  void add(std::string_view bytes) noexcept {
    length_ += bytes.size();
    if (waiting_ > 0) {
      const auto taken = std::min(bytes.size(), block_.size() - waiting_);
      bytes.copy(block_.data() + waiting_, taken);
      bytes.remove_prefix(taken);
      waiting_ += taken;
      if (waiting_ < block_.size()) return;
      take_in(block_.data(), 1);
    }
    take_in(bytes.data(), bytes.size() / block_.size());
    waiting_ = bytes.size() % block_.size();
    bytes.copy(block_.data(), waiting_, bytes.size() - waiting_);
  }

  /// Of all the bytes so far.
  [[nodiscard]] std::uint64_t value() const noexcept {
    Checksum whole = *this;
    if (whole.waiting_ > 0) {
      std::fill(whole.block_.begin() + static_cast<std::ptrdiff_t>(whole.waiting_), whole.block_.end(), '\0');
      whole.take_in(whole.block_.data(), 1);
    }
    std::uint64_t hash = length_;
    for (const auto lane : whole.lanes_) hash = mixed(hash, lane);
    return hash;
  }

 private:
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t lane, std::uint64_t word) noexcept {
    return (std::rotl(lane, 29) ^ word) * 0x100000001b3u;
  }

  void take_in(const char* bytes, std::size_t blocks) noexcept {
    auto lanes = lanes_;
    for (; blocks > 0; --blocks, bytes += 64) {
      std::array<std::uint64_t, 8> words;
      std::memcpy(words.data(), bytes, sizeof words);
      for (std::size_t l = 0; l < lanes.size(); ++l) lanes[l] = mixed(lanes[l], words[l]);
    }
    lanes_ = lanes;
  }

  std::array<std::uint64_t, 8> lanes_;
  std::array<char, 64> block_{};  // the bytes that do not make a block yet
  std::size_t waiting_ = 0;       // how many those are
  std::uint64_t length_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
