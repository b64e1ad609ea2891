// SPDX-License-Identifier: MIT
#include "figures.hpp"

#include <asysvd/evaluate/baselines.hpp>

#include <cstdio>
#include <string>

namespace cli {

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
  object["rmse"] = error.rmse;
  object["mae"] = error.mae;
  object["global_mean"] = {{"rmse", mean.rmse}, {"mae", mean.mae}};
  object["bias_only"] = {{"rmse", bias.rmse}, {"mae", bias.mae}};
  object["test_ratings"] = error.count;
  object["unknown_users"] = error.unknown_users;
  object["unknown_items"] = error.unknown_items;
}

void print_ranking(const asysvd::RankingReport& ranking, nlohmann::ordered_json& object) {
  std::printf("\nranking of all items for %lld users\n\n%5s %8s %8s %9s %8s %8s %8s %8s\n",
              static_cast<long long>(ranking.users), "first", "NDCG", "recall", "precision", "MAP", "MRR", "hit rate",
              "coverage");
  for (const auto& at : ranking.at) {
    std::printf("%5d %8.4f %8.4f %9.4f %8.4f %8.4f %8.4f %8.4f\n", at.cutoff, at.ndcg, at.recall, at.precision, at.map,
                at.mrr, at.hit_rate, at.coverage);
    const auto set = [&](const char* name, double value) { object[name + ('@' + std::to_string(at.cutoff))] = value; };
    set("ndcg", at.ndcg);
    set("recall", at.recall);
    set("precision", at.precision);
    set("map", at.map);
    set("mrr", at.mrr);
    set("hit_rate", at.hit_rate);
    set("coverage", at.coverage);
  }
  object["ranked_users"] = ranking.users;
}

}  // namespace cli
