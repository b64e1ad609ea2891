// SPDX-License-Identifier: MIT
#include <asysvd/data/titles.hpp>

#include <string>
#include <string_view>

#include "properties.hpp"

namespace asysvd::fuzz {

namespace {

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

void titles(std::string_view input) {
  const test::TemporaryFile file(input);
  const auto titles = read_or_refused(file, input, [&] { return read_titles(file.path()); });
  if (!titles) return;

  std::string text = "item,title\n";
  Titles written;
  for (const auto& [id, title] : *titles) {
    expect(!id.empty(), "no id is empty");
    expect(detail::is_utf8(title), "titles are UTF-8");
    // Before a quote a backslash is no part of the text, so there is no way to write the two.
    if ((id + title).find('\\') != std::string::npos) continue;
    written[id] = title;
    text += in_quotes(id) + ',' + in_quotes(title) + '\n';
  }
  const test::TemporaryFile copy(text);
  expect(read_titles(copy.path()) == written, "what is written is read again");
}

}  // namespace asysvd::fuzz
