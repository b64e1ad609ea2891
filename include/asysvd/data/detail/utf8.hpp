// SPDX-License-Identifier: MIT
/// \file
/// Text of unknown encoding to UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Whether `text` is well-formed UTF-8 (Unicode 15, table 3-7).
[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  const auto byte = [&](std::size_t p) { return p < text.size() ? static_cast<unsigned char>(text[p]) : 0u; };
  for (std::size_t p = 0; p < text.size();) {
    const unsigned lead = byte(p++);
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    // The byte after the lead is the one whose range rules out overlong forms, surrogates and too large numbers.
    const unsigned least = lead == 0xe0 ? 0xa0u : lead == 0xf0 ? 0x90u : 0x80u;
    const unsigned most = lead == 0xed ? 0x9fu : lead == 0xf4 ? 0x8fu : 0xbfu;
    if (byte(p) < least || byte(p) > most) return false;
    ++p;
    for (int more = lead >= 0xf0 ? 2 : lead >= 0xe0 ? 1 : 0; more > 0; --more, ++p) {
      if (byte(p) < 0x80 || byte(p) > 0xbf) return false;
    }
  }
  return true;
}

/// `text` itself if it is UTF-8; otherwise each byte is taken for a character of Latin-1.
[[nodiscard]] inline std::string to_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string converted;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      converted += c;
    } else {
      converted += static_cast<char>(0xc0 | byte >> 6);
      converted += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return converted;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
