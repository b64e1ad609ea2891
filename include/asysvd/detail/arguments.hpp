// SPDX-License-Identifier: MIT
/// \file
/// Policies and options as text, such as "exponential(0.97)".
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>
#include <vector>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The numbers in "name(1, 2)"; none if the text is something else.
[[nodiscard]] inline std::vector<double> arguments(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || !text.substr(name.size()).starts_with('(') || !text.ends_with(')')) return {};
  std::vector<double> numbers;
  const char* place = text.data() + name.size() + 1;
  const char* const end = text.data() + text.size() - 1;
  for (;;) {
    double number = 0;
    const auto [after, error] = std::from_chars(place, end, number);
    if (error != std::errc{}) return {};
    numbers.push_back(number);
    if (after == end) return numbers;
    if (!std::string_view(after, end).starts_with(", ")) return {};
    place = after + 2;
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
