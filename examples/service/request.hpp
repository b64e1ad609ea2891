// SPDX-License-Identifier: MIT
/// \file
/// What clients ask for. Nothing that they send is believed before it was checked.
#pragma once

#include <asysvd/profile.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "served.hpp"

namespace service {

/// In the order that it is written in; its numbers are floats, as the model's are, and so no longer than they need be.
using Json =
    nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

inline constexpr std::size_t most_bytes = 64 * 1024;  ///< of a body
inline constexpr std::size_t most_ratings = 1000;
inline constexpr asysvd::Size most_items = 100;
inline constexpr asysvd::Size most_reasons = 10;

/// A request that can't be answered: it goes back to the client, with this status and what is wrong.
class BadRequest : public std::runtime_error {
 public:
  explicit BadRequest(const std::string& reason, int status = 400) : std::runtime_error(reason), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

/// `{"ratings": [{"item": "50", "rating": 5}, ...], "count": 10, "reasons": 3}`; all three may be left out.
struct Wanted {
  asysvd::Profile<float> profile;
  asysvd::Size count = 10;   ///< how many items, from 1 to `most_items`
  asysvd::Size reasons = 3;  ///< how many for each of them, from 0 to `most_reasons`
};

/// Throws `BadRequest` for anything but an object of this form, whose items the model knows, each once, with ratings in
/// the range of those that it was trained on.
[[nodiscard]] Wanted parse_wanted(const std::string& body, const Served& served);

/// A whole number from 1 to `most`. Throws `BadRequest`, which names it.
[[nodiscard]] asysvd::Size parse_count(const std::string& name, const std::string& text, asysvd::Size most);

}  // namespace service
