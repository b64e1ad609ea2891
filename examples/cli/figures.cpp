// SPDX-License-Identifier: MIT
#include "figures.hpp"

#include <asysvd/evaluate/baselines.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace cli {

namespace {

/// How many entries of `test` are in `train` as well, by user and item. The rows of both ascend.
asysvd::Size entries_in_both(const Matrix& train, const Matrix& test) {
  asysvd::Size count = 0;
  for (asysvd::Size user = 0; user < std::min(train.rows(), test.rows()); ++user) {
    const auto known = train.row(user).items;
    count += std::ranges::count_if(test.row(user).items,
                                   [&](asysvd::Index item) { return std::ranges::binary_search(known, item); });
  }
  return count;
}

}  // namespace

void print_rating_errors(const asysvd::RatingError& error, const Matrix& train, const Matrix& test,
                         nlohmann::ordered_json& object) {
  const auto line = [](const char* name, const asysvd::RatingError& e) {
    std::printf("%-12s %8.4f %8.4f\n", name, e.rmse, e.mae);
  };
  std::printf("\n%lld ratings to test on, %lld by unknown users, %lld of unknown items\n\n%-12s %8s %8s\n",
              static_cast<long long>(error.count), static_cast<long long>(error.unknown_users),
              static_cast<long long>(error.unknown_items), "", "RMSE", "MAE");
  const auto mean = asysvd::rating_error(asysvd::GlobalMean<Scalar>(train), train, test);
  const auto bias = asysvd::rating_error(asysvd::BiasOnly<Scalar>(train), train, test);
  line("global mean", mean);
  line("bias only", bias);
  line("asysvd", error);
  const auto known = entries_in_both(train, test);
  if (known > 0) {
    std::printf("%lld of the ratings to test on are of items that the same user rated in training\n",
                static_cast<long long>(known));
  }
  object["rmse"] = error.rmse;
  object["mae"] = error.mae;
  object["global_mean"] = {{"rmse", mean.rmse}, {"mae", mean.mae}};
  object["bias_only"] = {{"rmse", bias.rmse}, {"mae", bias.mae}};
  object["test_ratings"] = error.count;
  object["unknown_users"] = error.unknown_users;
  object["unknown_items"] = error.unknown_items;
  object["test_ratings_in_training"] = known;
}

void print_ranking(const asysvd::RankingReport& ranking, nlohmann::ordered_json& object) {
  std::printf("\nranking of all items for %lld users\n\n%5s %8s %8s %9s %8s %8s %8s %8s\n",
              static_cast<long long>(ranking.users), "first", "NDCG", "recall", "precision", "MAP", "MRR", "hit rate",
              "coverage");
  for (std::size_t n = 0; n < ranking.at.size(); ++n) {
    const auto& at = ranking.at[n];
    std::printf("%5d %8.4f %8.4f %9.4f %8.4f %8.4f %8.4f %8.4f\n", at.cutoff, at.ndcg, at.recall, at.precision, at.map,
                at.mrr, at.hit_rate, at.coverage);
    const auto key = [&](const std::string& name) { return name + '@' + std::to_string(at.cutoff); };
    for (const auto& [name, value] : asysvd::ListMetrics::all()) {
      if (value == &asysvd::ListMetrics::intra_list_diversity && at.*value == 0) continue;  // not asked for
      object[key(name)] = at.*value;
    }
    for (const auto& [name, value] : asysvd::ItemSpread::all()) {
      object[key(name)] = at.*value;
      object[key(name + std::string("_to_training"))] = at.to_training.*value;
    }
    object[key("inter_list_diversity")] = at.inter_list_diversity;
    if (ranking.intervals.empty()) continue;
    const auto& [lower, upper] = ranking.intervals[n];
    std::printf("%5s between %.4f and %.4f NDCG, %.4f and %.4f recall\n", "", lower.ndcg, upper.ndcg, lower.recall,
                upper.recall);
    for (const auto& [name, value] : asysvd::ListMetrics::all()) {
      object[key(name + std::string("_interval"))] = {lower.*value, upper.*value};
    }
  }
  if (ranking.auc.users > 0) {
    std::printf("\nAUC %.4f over %lld users\n", ranking.auc.auc, static_cast<long long>(ranking.auc.users));
    object["auc"] = ranking.auc.auc;
  }
  for (const auto& group : ranking.groups) {
    auto members = nlohmann::ordered_json{{"shortest_profile", group.shortest}, {"users", group.users}};
    for (std::size_t n = 0; n < group.at.size(); ++n) {
      std::printf("%lld users with profiles from %lld on: NDCG@%d %.4f\n", static_cast<long long>(group.users),
                  static_cast<long long>(group.shortest), ranking.at[n].cutoff, group.at[n].ndcg);
      for (const auto& [name, value] : asysvd::ListMetrics::all()) {
        members[name + ('@' + std::to_string(ranking.at[n].cutoff))] = group.at[n].*value;
      }
    }
    object["groups"].push_back(std::move(members));
  }
  object["ranked_users"] = ranking.users;
}

}  // namespace cli
