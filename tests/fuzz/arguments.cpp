// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "properties.hpp"

namespace asysvd::fuzz {

namespace {

/// An empty folder to work in: whatever file the arguments name is not there, so that every command ends where it would
/// begin to read.
class EmptyFolder {
 public:
  EmptyFolder() : before_(std::filesystem::current_path()) {
    path_ = std::filesystem::temp_directory_path() / ("asysvd-arguments-" + std::to_string(::getpid()));
    std::filesystem::create_directory(path_);
    std::filesystem::current_path(path_);
  }
  EmptyFolder(const EmptyFolder&) = delete;
  EmptyFolder& operator=(const EmptyFolder&) = delete;
  ~EmptyFolder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }

  [[nodiscard]] bool empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

}  // namespace

void arguments(std::string_view input) {
  if (input.find('/') != input.npos || input.find('\0') != input.npos) return;  // would be elsewhere, or can't be said
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < input.size();) {
    const auto end = std::min(input.find('\n', begin), input.size());
    words.emplace_back(input.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::reverse(words);  // as CLI11 takes them

  const EmptyFolder folder;
  CLI::App program("", "asysvd");
  cli::add_commands(program);
  // The one that needs no file ends when its arguments are read.
  program.get_subcommand("generate")->parse_complete_callback([] { throw CLI::CallForHelp(); });
  std::string message;
  try {
    program.parse(words);
  } catch (const CLI::Success&) {  // --help
  } catch (const std::exception& error) {
    message = error.what();
    expect(!message.empty(), "what is refused is told why");
  }
  expect(folder.empty(), "a command that comes to nothing leaves no file");
}

}  // namespace asysvd::fuzz
