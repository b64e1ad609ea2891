// SPDX-License-Identifier: MIT
#include "outputs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace cli {

namespace {

namespace fs = std::filesystem;

/// Where `-` is written to: standard output, also when what is printed goes elsewhere.
std::FILE* results = stdout;

/// Links are followed, where they lead anywhere.
fs::path whole_path(const std::string& path) {
  std::error_code none;
  return fs::weakly_canonical(fs::absolute(path, none), none);
}

bool is_there(const std::string& path) {
  std::error_code none;
  return fs::exists(path, none);
}

bool is_written_whole(const std::string& path) {
  std::error_code none;
  return path != "-" && (!fs::exists(path, none) || fs::is_regular_file(path, none));
}

/// Why it can't be written, or nothing.
std::string trouble_with(const std::string& path, Output output) {
  if (path.empty()) return "a file needs a name";
  if (path == "-" && output == Output::anything) return "";
  std::error_code none;
  if (fs::is_directory(path, none)) return path + " is a folder";
  if (is_there(path) && ::access(path.c_str(), W_OK) != 0) return path + " may not be written";
  if (!is_written_whole(path)) return output == Output::anything ? "" : path + " is no regular file";
  const auto folder = whole_path(path).parent_path();
  if (!fs::is_directory(folder, none)) return "there is no folder " + folder.string();
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? "" : "in " + folder.string() + " no file may be written";
}

constexpr auto output_check = "output";

bool is_output(CLI::Option& option) {
  try {
    return option.get_validator(output_check) != nullptr;
  } catch (const CLI::OptionNotFound&) {
    return false;
  }
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code none;
  if (is_there(a) && is_there(b)) return fs::equivalent(a, b, none);
  return whole_path(a) == whole_path(b);
}

/// A model may take the place of the one that its fit went on from.
bool may_be_same(const CLI::Option& written, const CLI::Option& other) {
  return written.get_name() == "--save" && other.get_name() == "--resume";
}

}  // namespace

CLI::Option* add_output(CLI::App& command, const std::string& flag, std::string& path, const std::string& what,
                        Output output) {
  return command.add_option(flag, path, what)
      ->type_name("FILE")
      ->check(
          CLI::Validator([output](std::string& word) { return trouble_with(word, output); }, "").name(output_check));
}

void prepare_outputs(CLI::App& command) {
  const auto options = command.get_options([](CLI::Option* option) { return option->count() > 0; });
  for (auto* const written : options) {
    if (!is_output(*written)) continue;
    const auto path = written->as<std::string>();
    if (!is_written_whole(path) && path != "-") continue;
    for (auto* const other : options) {
      if (other == written || may_be_same(*written, *other)) continue;
      const auto& words = other->results();
      const bool named = std::ranges::any_of(words, [&](const auto& word) { return is_same_file(path, word); });
      if (!named) continue;
      throw CLI::ValidationError(other->get_name() + " and " + written->get_name() + " name the same file, " + path);
    }
    if (path == "-" && results == stdout) {
      const int kept = ::dup(STDOUT_FILENO);
      results = kept < 0 ? nullptr : ::fdopen(kept, "w");
      if (results == nullptr || std::fflush(stdout) != 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        throw std::runtime_error("standard output can't be written");
      }
    }
  }
}

OutputFile::OutputFile(const std::string& path) : path_(path) {
  if (is_written_whole(path)) {
    whole_.emplace(path);
  } else if (path != "-") {
    stream_.open(path);
  }
}

void OutputFile::write(std::string_view text) {
  if (whole_) {
    whole_->write(text);
  } else if (path_ == "-") {
    std::fwrite(text.data(), 1, text.size(), results);
  } else {
    stream_ << text;
  }
}

void OutputFile::commit() {
  if (whole_) return whole_->commit();
  if (path_ == "-") {
    if (std::fflush(results) != 0 || std::ferror(results) != 0) {
      throw std::runtime_error("standard output can't be written");
    }
    return;
  }
  stream_.close();
  if (!stream_) throw std::runtime_error(path_ + ": it can't be written");
}

void JsonOption::add_to(CLI::App& command) {
  add_output(command, "--json", path_, "Write the result as one JSON object to this file, or to - for standard output",
             Output::anything);
}

void JsonOption::write(const nlohmann::ordered_json& object) const {
  if (path_.empty()) return;
  OutputFile file(path_);
  // Ids and paths may be of any bytes, and JSON is UTF-8.
  file.write(object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n');
  file.commit();
}

}  // namespace cli
