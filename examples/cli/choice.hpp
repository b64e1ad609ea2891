// SPDX-License-Identifier: MIT
/// \file
/// Options that take one of a few words.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cli {

/// Values and their names on the command line.
template <class Value>
using Names = std::vector<std::pair<std::string, Value>>;

template <class Value>
[[nodiscard]] std::string name_of(const Names<Value>& names, Value value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return "?";
}

/// Checks of numbers, each with a message that names what was given.
inline const CLI::Validator above_zero(
    [](std::string& word) {
      double number = 0;
      return CLI::detail::lexical_cast(word, number) && number > 0 ? std::string() : word + " is not a number above 0";
    },
    "");
inline const CLI::Validator at_least_one(
    [](std::string& word) {
      int number = 0;
      return CLI::detail::lexical_cast(word, number) && number >= 1 ? std::string()
                                                                    : word + " is not a whole number of at least 1";
    },
    "");
/// `value` holds the default, and must live as long as the command.
template <class Value>
void add_choice(CLI::App& command, const std::string& flag, Value& value, const Names<Value>& names,
                const std::string& what) {
  std::vector<std::string> words;
  std::string list;
  for (const auto& [name, unused] : names) {
    words.push_back(name);
    list += (list.empty() ? "" : "|") + name;
  }
  const auto choose = [&value, names](const std::string& word) {
    for (const auto& [name, known] : names) {
      if (name == word) value = known;
    }
  };
  command.add_option_function<std::string>(flag, choose, what + " [" + name_of(names, value) + ']')
      ->check(CLI::IsMember(words).description(""))
      ->type_name(list);
}

}  // namespace cli
