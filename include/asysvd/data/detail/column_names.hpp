// SPDX-License-Identifier: MIT
/// \file
/// What the columns of a file are, by the names in its header.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// What a column holds.
enum class Role { user, item, rating, timestamp, title, id, other };

/// What a column is called in messages.
[[nodiscard]] constexpr std::string_view to_string(Role role) noexcept {
  constexpr std::array<std::string_view, 7> names{"user", "item", "rating", "timestamp", "title", "id", "other"};
  return names[static_cast<std::size_t>(role)];
}

/// The names of a role, each between spaces, in lower case and without `_`, `-` and spaces of their own. Of several in
/// one header the earliest here counts: an id is preferred to a name, a time in seconds to a date.
[[nodiscard]] constexpr std::string_view names_of(Role role) noexcept {
  switch (role) {
    case Role::user:
      return " userid user uid reviewerid reviewer customerid customer memberid member visitorid accountid profileid"
             " authorid personid username ";
    case Role::item:
      return " itemid item iid movieid movie filmid film bookid book isbn asin parentasin productid product businessid"
             " business artistid artist trackid track songid song albumid gameid game appid animeid anime jokeid joke"
             " recipeid articleid contentid restaurantid ";
    case Role::rating:
      return " rating ratings bookrating userrating starrating rate score stars grade points overall value weight"
             " preference playcount plays views clicks listens purchases quantity count ";
    case Role::timestamp:
      return " timestamp unixreviewtime unixtime time ts datetime date createdat ";
    case Role::title:
      return " title booktitle movietitle itemtitle producttitle name itemname movie artistname productname ";
    case Role::id:  // an item's where there are titles; among ratings it may be anything
      return " id index unnamed:0 ";
    case Role::other:
      break;
  }
  return "";
}

/// How early a role lists the name of a column; `npos` if it doesn't.
[[nodiscard]] inline std::size_t rank_of_name(std::string_view listed, std::string_view column) {
  std::string name = " ";
  for (const char c : column) {
    if (c != '_' && c != '-' && c != ' ') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name.size() == 1 ? listed.npos : listed.find(name += ' ');
}

/// The role of each column up to the last one that has any of `roles`.
[[nodiscard]] inline std::vector<Role> columns_by_name(std::span<const std::string> header,
                                                       std::span<const Role> roles) {
  std::vector<Role> columns(header.size(), Role::other);
  std::size_t used = 0;
  for (const Role role : roles) {
    auto best = std::string_view::npos;
    std::size_t place = 0;
    for (std::size_t c = 0; c < header.size(); ++c) {
      const auto rank = columns[c] == Role::other ? rank_of_name(names_of(role), header[c]) : best;
      if (rank < best) {
        best = rank;
        place = c;
      }
    }
    if (best == std::string_view::npos) continue;
    columns[place] = role;
    used = std::max(used, place + 1);
  }
  columns.resize(used);
  return columns;
}

/// Whether one of `columns` has that role.
[[nodiscard]] inline bool has_role(std::span<const Role> columns, Role role) noexcept {
  return std::find(columns.begin(), columns.end(), role) != columns.end();
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
