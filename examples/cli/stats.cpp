// SPDX-License-Identifier: MIT
#include <asysvd/data/statistics.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>

#include "commands.hpp"
#include "files.hpp"
#include "outputs.hpp"

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
    nlohmann::ordered_json first, last;  // null without timestamps
    if (const std::span<const std::int64_t> times = data.timestamps; !times.empty()) {
      const auto [earliest, latest] = std::ranges::minmax(times);
      std::printf("timestamps    %lld to %lld\n", static_cast<long long>(earliest), static_cast<long long>(latest));
      first = earliest;
      last = latest;
    }
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
                {"cold_items", statistics.cold_items},
                {"first_timestamp", first},
                {"last_timestamp", last}});
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
