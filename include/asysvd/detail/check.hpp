// SPDX-License-Identifier: MIT
/// \file
/// Misuse is reported in one form: "asysvd::FUNCTION: NAME is VALUE; expected RANGE".
/// The throwing side is cold and out of line, so that a check costs its caller one branch.
#pragma once

#ifndef __cpp_exceptions
#error "asysvd tells misuse and broken files by exceptions: compile without -fno-exceptions"
#endif

#include <bit>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The shortest text that reads back as `value`.
template <class Number>
[[nodiscard]] std::string to_text(Number value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc{} ? std::string(buffer, end) : std::string("?");
}

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_invalid(std::string_view function, std::string_view name,
                                                                 const std::string& value, std::string_view expected) {
  throw std::invalid_argument("asysvd::" + std::string(function) + ": " + std::string(name) + " is " + value +
                              "; expected " + std::string(expected));
}

/// Throws `std::invalid_argument` unless `holds`. `value` is turned into text only when it fails.
template <class Value>
void require(bool holds, std::string_view function, std::string_view name, const Value& value,
             std::string_view expected) {
  if (holds) [[likely]]
    return;
  if constexpr (std::convertible_to<Value, std::string_view>) {
    throw_invalid(function, name, '"' + std::string(std::string_view(value)) + '"', expected);
  } else {
    throw_invalid(function, name, to_text(value), expected);
  }
}

/// The bits of the exponent of `value` with 1 added to it: the highest bit is set if `value` is infinite or NaN, and
/// only then.
template <std::floating_point Scalar>
[[nodiscard]] constexpr auto exponent_and_one(Scalar value) noexcept {
  static_assert(sizeof(Scalar) == 4 || sizeof(Scalar) == 8, "float and double are supported");
  if constexpr (sizeof(Scalar) == 4) {
    return (std::bit_cast<std::uint32_t>(value) & 0x7f800000u) + 0x00800000u;
  } else {
    return (std::bit_cast<std::uint64_t>(value) & 0x7ff0000000000000u) + 0x0010000000000000u;
  }
}

/// Whether `value` is neither infinite nor NaN, judged by its bits: `-ffast-math` lets a compiler assume that
/// `std::isfinite` always holds, and the check for divergence must survive that.
template <std::floating_point Scalar>
[[nodiscard]] constexpr bool is_finite(Scalar value) noexcept {
  return std::countl_zero(exponent_and_one(value)) > 0;
}

/// Whether `value` is NaN, by its bits as well.
template <std::floating_point Scalar>
[[nodiscard]] constexpr bool is_nan(Scalar value) noexcept {
  if constexpr (sizeof(Scalar) == 4) {
    return std::bit_cast<std::uint32_t>(value) << 1 > 0xff000000u;
  } else {
    return std::bit_cast<std::uint64_t>(value) << 1 > 0xffe0000000000000u;
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
