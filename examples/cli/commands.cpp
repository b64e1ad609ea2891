// SPDX-License-Identifier: MIT
#include "commands.hpp"

namespace cli {

void add_commands(CLI::App& program) {
  program.require_subcommand(1);
  add_stats(program);
  add_train(program);
  add_recommend(program);
  add_explain(program);
  add_similar(program);
  add_evaluate(program);
  add_cross_validate(program);
  add_tune(program);
  add_plot(program);
  add_convert(program);
  add_generate(program);
}

}  // namespace cli
