// SPDX-License-Identifier: MIT
#include <asysvd/data/statistics.hpp>

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "files.hpp"

namespace cli {

namespace {

struct Stats {
  RatingsOption ratings;
  JsonOption json;

  void run() const {
    const auto data = ratings.read();
    auto statistics = asysvd::statistics(data.ratings);
    statistics.duplicates = data.duplicates;
    std::fputs(to_text(statistics).c_str(), stdout);
    json.write({{"users", statistics.users},
                {"items", statistics.items},
                {"ratings", statistics.ratings},
                {"duplicates", statistics.duplicates},
                {"min", statistics.min},
                {"max", statistics.max},
                {"mean", statistics.mean},
                {"density", statistics.density},
                {"gini_users", statistics.per_user.gini},
                {"gini_items", statistics.per_item.gini},
                {"cold_users", statistics.cold_users},
                {"cold_items", statistics.cold_items}});
  }
};

}  // namespace

void add_stats(CLI::App& program) {
  auto& command = *program.add_subcommand("stats", "What a file of ratings holds");
  const auto stats = std::make_shared<Stats>();
  stats->ratings.add_to(command);
  stats->ratings.add_threads_to(command);
  stats->json.add_to(command);
  command.callback([stats] { stats->run(); });
}

}  // namespace cli
