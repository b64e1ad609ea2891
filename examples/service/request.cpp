// SPDX-License-Identifier: MIT
#include "request.hpp"

#include <asysvd/data/detail/numbers.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <utility>

namespace service {

namespace {

/// As messages show it: shortened and in ASCII, since a client may have sent anything.
std::string shown(const Json& value) {
  constexpr std::size_t most = 40;
  const auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

[[noreturn]] void refuse(const std::string& name, const Json& value, const std::string& expected) {
  throw BadRequest(name + " is " + shown(value) + "; expected " + expected);
}

Json parse(const std::string& body) {
  // The object, its array, the array's objects, their values.
  const auto shallow = [](int depth, Json::parse_event_t, Json&) {
    if (depth > 3) throw BadRequest("the JSON is nested deeper than any request is");
    return true;
  };
  try {
    return Json::parse(body, shallow);
  } catch (const Json::exception& error) {
    throw BadRequest(std::string("not JSON: ") + error.what());
  }
}

/// Throws unless `value` is an object without other members.
void require_object(const std::string& name, const Json& value, std::initializer_list<std::string_view> members) {
  if (!value.is_object()) refuse(name, value, "an object");
  for (const auto& [key, unused] : value.items()) {
    if (std::ranges::find(members, key) == members.end()) refuse(name, key, "no member but those of the documentation");
  }
}

/// A whole number of the range, or what `value` was if there is no such member.
void read(const Json& object, const char* name, asysvd::Size least, asysvd::Size most, asysvd::Size& value) {
  const auto found = object.find(name);
  if (found == object.end()) return;
  const auto number = found->is_number_unsigned() ? found->get<std::uint64_t>() : ~std::uint64_t{0};
  if (std::cmp_less(number, least) || std::cmp_greater(number, most)) {
    refuse(name, *found, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  value = static_cast<asysvd::Size>(number);
}

/// An id, as text or as a whole number.
asysvd::Index parse_item(const std::string& name, const Json& value, const Served& served) {
  if (!value.is_string() && !value.is_number_integer()) refuse(name, value, "the id of an item");
  const auto index = served.ids().find(value.is_string() ? value.get<std::string>() : value.dump());
  if (!index) refuse(name, value, "the id of an item that the model knows");
  return *index;
}

float parse_rating(const std::string& name, const Json& value, const Served& served) {
  const float least = served.min_rating(), most = served.max_rating();
  if (!value.is_number() || !(value.get<float>() >= least && value.get<float>() <= most)) {
    using asysvd::detail::as_written;
    refuse(name, value, "a number from " + Json(as_written(least)).dump() + " to " + Json(as_written(most)).dump());
  }
  return value.get<float>();
}

}  // namespace

Wanted parse_wanted(const std::string& body, const Served& served) {
  const auto request = parse(body);
  require_object("the request", request, {"ratings", "count", "reasons"});
  Wanted wanted;
  read(request, "count", 1, most_items, wanted.count);
  read(request, "reasons", 0, most_reasons, wanted.reasons);
  const auto ratings = request.value("ratings", Json::array());
  if (!ratings.is_array()) refuse("ratings", ratings, "an array");
  if (ratings.size() > most_ratings) {
    refuse("the number of ratings", ratings.size(), "at most " + std::to_string(most_ratings));
  }
  for (std::size_t t = 0; t < ratings.size(); ++t) {
    const auto name = "ratings[" + std::to_string(t) + ']';
    const auto& entry = ratings[t];
    require_object(name, entry, {"item", "rating"});
    for (const char* const member : {"item", "rating"}) {
      if (!entry.contains(member)) refuse(name, entry, std::string("a member \"") + member + '"');
    }
    const auto item = parse_item(name + ".item", entry["item"], served);
    const auto rating = parse_rating(name + ".rating", entry["rating"], served);
    if (wanted.profile.rating(item)) refuse(name + ".item", entry["item"], "each item once");
    wanted.profile.set(item, rating);
  }
  return wanted;
}

asysvd::Size parse_count(const std::string& name, const std::string& text, asysvd::Size most) {
  asysvd::Size count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1 || count > most) {
    refuse(name, text, "a whole number from 1 to " + std::to_string(most));
  }
  return count;
}

}  // namespace service
