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
  program.require_subcommand(1);
  cli::add_stats(program);
  cli::add_train(program);
  cli::add_recommend(program);
  cli::add_explain(program);
  cli::add_similar(program);
  cli::add_evaluate(program);
  cli::add_cross_validate(program);
  cli::add_tune(program);
  cli::add_plot(program);
  cli::add_convert(program);
  cli::add_generate(program);

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
