// SPDX-License-Identifier: MIT
/// \file
/// The files that a command writes.
#pragma once

#include <asysvd/io/detail/atomic_file.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

/// What an option may name to be written: a file that is there whole or as it was; or also a pipe, a device, or `-` for
/// standard output.
enum class Output { file, anything };

/// An option for a file that is written. What can't be written is refused while options are read, so that a long run
/// does not end in finding out.
CLI::Option* add_output(CLI::App& command, const std::string& flag, std::string& path, const std::string& what,
                        Output output = Output::file);

/// To be called when the options of a command are read, and before it runs. Throws `CLI::ValidationError` if a file that
/// is to be written is named by another option as well, to be read or to be written. If `-` is one, what the command
/// prints goes to standard error from here on.
void prepare_outputs(CLI::App& command);

/// A file of results, which is there whole or as it was; a pipe, a device or standard output is written to as it is.
/// Throws if it can't be written.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  void write(std::string_view text);
  void commit();

 private:
  std::string path_;
  std::optional<asysvd::detail::AtomicFile> whole_;
  std::ofstream stream_;
};

/// `--json FILE`.
class JsonOption {
 public:
  void add_to(CLI::App& command);
  /// Writes the object, if it was asked for. Throws if it can't be written whole.
  void write(const nlohmann::ordered_json& object) const;

 private:
  std::string path_;
};

}  // namespace cli
