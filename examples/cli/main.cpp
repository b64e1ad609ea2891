// SPDX-License-Identifier: MIT
#include <asysvd/version.hpp>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "commands.hpp"

int main(int argc, char** argv) {
  CLI::App program("Asymmetric SVD: learns from ratings, recommends, and says why.", "asysvd");
  program.set_version_flag("--version", std::to_string(ASYSVD_VERSION_MAJOR) + '.' +
                                            std::to_string(ASYSVD_VERSION_MINOR) + '.' +
                                            std::to_string(ASYSVD_VERSION_PATCH));
  cli::add_commands(program);

  try {
    program.parse(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw std::runtime_error("standard output can't be written");
    }
  } catch (const CLI::Success& wanted) {  // --help and --version
    return program.exit(wanted);
  } catch (const CLI::RequiredError& error) {  // often because of a word that was mistaken
    const auto unknown = program.remaining(true);
    std::fprintf(stderr, "asysvd: %s\n",
                 unknown.empty() || unknown.front().empty() ? error.what() : ("not known: " + unknown.front()).c_str());
    return 2;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "asysvd: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "asysvd: %s\n", error.what());
    return 2;
  }
}
