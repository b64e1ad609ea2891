// SPDX-License-Identifier: MIT
/// \file
/// Seeded random numbers that are the same with every standard library.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

namespace asysvd {
inline namespace v0_1 {

/// A seeded generator: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
/// ACM TOMS 2021), its state filled by SplitMix64.
///
/// The draws and shuffles are its own, because those of the standard library differ between implementations: the
/// same seed gives the same sequence everywhere. It also models `std::uniform_random_bit_generator`.
/// Not safe for concurrent use of one object; copies are independent.
class Random {
 public:
  using result_type = std::uint64_t;  ///< 64 random bits

  /// The sequence of `seed`.
  explicit constexpr Random(std::uint64_t seed) noexcept {
    for (auto& word : state_) word = split_mix(seed);
  }

  /// A generator for the `stream`-th independent part of the work under `seed`: what one part draws does not depend
  /// on how many numbers another part has drawn.
  constexpr Random(std::uint64_t seed, std::uint64_t stream) noexcept : Random(seed ^ split_mix(stream)) {}

  static constexpr result_type min() noexcept { return 0; }                                        ///< least draw
  static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }  ///< greatest draw

  /// The next 64 random bits.
  constexpr result_type operator()() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// A whole number from [0, bound), each equally likely; `bound` must not be 0.
  /// Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019: without a division but for a rare case.
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    std::uint64_t product = ((*this)() >> 32) * bound;
    if (static_cast<std::uint32_t>(product) < bound) [[unlikely]] {
      const std::uint32_t threshold = -bound % bound;
      while (static_cast<std::uint32_t>(product) < threshold) product = ((*this)() >> 32) * bound;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }

  /// The same for bounds of 64 bits. Rejection on a mask: at most two draws on average.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    if (bound <= std::numeric_limits<std::uint32_t>::max()) return below(static_cast<std::uint32_t>(bound));
    const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero(bound - 1);
    std::uint64_t draw = (*this)() & mask;
    while (draw >= bound) draw = (*this)() & mask;
    return draw;
  }

  /// The same for bounds of other types, `int` and `Size` among them; `bound` must be greater than 0.
  template <std::integral Whole>
  constexpr Whole below(Whole bound) noexcept {
    using Unsigned = std::conditional_t<sizeof(Whole) <= 4, std::uint32_t, std::uint64_t>;
    return static_cast<Whole>(below(static_cast<Unsigned>(bound)));
  }

  /// A real number from [0, 1), of 53 random bits.
  constexpr double uniform() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

  /// A draw from the normal distribution of mean 0 and variance 1 (Marsaglia's polar method; one of its two values is
  /// given up, so that the state is the generator's alone).
  double normal() noexcept {
    for (;;) {
      const double x = 2 * uniform() - 1;
      const double y = 2 * uniform() - 1;
      const double square = x * x + y * y;
      if (square > 0 && square < 1) return x * std::sqrt(-2 * std::log(square) / square);
    }
  }

  /// Brings `values` into a random order, each order equally likely (Fisher-Yates). O(n).
  template <class Value>
  constexpr void shuffle(std::span<Value> values) noexcept {
    // A copy lies in registers. In memory, g++ packs the state into vectors, and waits for each on the way back.
    Random own = *this;
    for (std::size_t left = values.size(); left > 1; --left) {
      std::swap(values[left - 1], values[own.below(std::uint64_t{left})]);
    }
    *this = own;
  }

 private:
  static constexpr std::uint64_t split_mix(std::uint64_t& state) noexcept {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_[4]{};
};

}  // namespace v0_1
}  // namespace asysvd
