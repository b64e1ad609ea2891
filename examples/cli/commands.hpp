// SPDX-License-Identifier: MIT
/// \file
/// The subcommands. Each adds itself to the program, with its options and what it does when it is chosen.
#pragma once

#include <CLI/CLI.hpp>

namespace cli {

/// All of them, of which one has to be chosen.
void add_commands(CLI::App& program);

void add_convert(CLI::App& program);
void add_export(CLI::App& program);
void add_generate(CLI::App& program);
void add_stats(CLI::App& program);
void add_train(CLI::App& program);
void add_recommend(CLI::App& program);
void add_explain(CLI::App& program);
void add_similar(CLI::App& program);
void add_evaluate(CLI::App& program);
void add_cross_validate(CLI::App& program);
void add_plot(CLI::App& program);
void add_tune(CLI::App& program);

}  // namespace cli
