// SPDX-License-Identifier: MIT
/// \file
/// Options as JSON, all but the number of factors, which a model's tensors tell. Needs nlohmann/json.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include <asysvd/detail/check.hpp>
#include <asysvd/train/options.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

[[nodiscard]] inline std::string options_to_json(const Options& o) {
  return nlohmann::ordered_json{{"epochs", o.epochs},
                                {"learning_rate", o.learning_rate},
                                {"schedule", o.schedule.to_text()},
                                {"lambda_x", o.regularization.x},
                                {"lambda_y", o.regularization.y},
                                {"lambda_q", o.regularization.q},
                                {"lambda_bias", o.regularization.bias},
                                {"whole_lambda_q", o.regularization.whole_q},
                                {"whole_lambda_user", o.regularization.whole_user},
                                {"whole_lambda_item", o.regularization.whole_item},
                                {"shrink_per_sample", o.shrink == Shrink::per_sample},
                                {"leave_one_out", o.leave_one_out},
                                {"initialization", o.initialization.to_text()},
                                {"members", o.members},
                                {"averaging", o.averaging},
                                {"rating_unit", o.rating_unit},
                                {"user_shrinkage", o.user_shrinkage},
                                {"item_shrinkage", o.item_shrinkage},
                                {"seed", o.seed}}
      .dump();
}

/// A member of a JSON object. Throws `std::invalid_argument` unless it has exactly this type and fits into it:
/// nlohmann/json by itself turns 1e300, -1 and true into some `int`.
template <class Value>
[[nodiscard]] Value member(const nlohmann::json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  const auto is = [&](const char* type, bool holds) {
    require(holds, "load", name, found == object.end() ? "missing" : found->type_name(), type);
  };
  if constexpr (std::is_same_v<Value, std::string>) {
    is("text", found != object.end() && found->is_string());
  } else if constexpr (std::is_same_v<Value, bool>) {
    is("true or false", found != object.end() && found->is_boolean());
  } else if constexpr (std::is_same_v<Value, double>) {
    is("a number", found != object.end() && found->is_number());
  } else {
    is("a whole number in its range", found != object.end() && found->is_number_unsigned() &&
                                          std::in_range<Value>(found->template get<std::uint64_t>()));
  }
  return found->template get<Value>();
}

[[nodiscard]] inline Options options_from_json(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto number = [&](const char* name) { return member<double>(json, name); };
  Options o;
  o.epochs = member<int>(json, "epochs");
  o.learning_rate = number("learning_rate");
  o.schedule = Schedule::from_text(member<std::string>(json, "schedule"));
  o.regularization = {number("lambda_x"),         number("lambda_y"),       number("lambda_q"),
                      number("lambda_bias"),      number("whole_lambda_q"), number("whole_lambda_user"),
                      number("whole_lambda_item")};
  o.shrink = member<bool>(json, "shrink_per_sample") ? Shrink::per_sample : Shrink::per_visit;
  o.leave_one_out = member<bool>(json, "leave_one_out");
  o.initialization = Initialization::from_text(member<std::string>(json, "initialization"));
  o.members = member<int>(json, "members");
  o.averaging = number("averaging");
  o.rating_unit = number("rating_unit");
  o.user_shrinkage = number("user_shrinkage");
  o.item_shrinkage = number("item_shrinkage");
  o.seed = member<std::uint64_t>(json, "seed");
  return o;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
