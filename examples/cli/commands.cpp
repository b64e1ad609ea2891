// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "outputs.hpp"

namespace cli {

namespace {

void prepare_outputs_of_all(CLI::App& program) {
  for (auto* const command : program.get_subcommands({})) {
    command->parse_complete_callback([command] { prepare_outputs(*command); });
    prepare_outputs_of_all(*command);  // of plot
  }
}

}  // namespace

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
  add_export(program);
  add_generate(program);
  prepare_outputs_of_all(program);
}

}  // namespace cli
