// SPDX-License-Identifier: MIT
// usage: write_model FILE
// Saves a small model and prints, as JSON, what another program must find in the file.
#include <asysvd/io/safetensors.hpp>

#include <cstddef>
#include <iostream>
#include <string_view>
#include <vector>

#include "io/small_model.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  using namespace asysvd;
  const auto model = test::fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 1));
  IdMap users, items;
  for (std::int64_t id = 10; id < 16; ++id) users.insert(id);
  for (const char* id : {"a", "bc", "", "017", "\xc3\xa9"}) items.insert(std::string_view(id));
  save(model, argv[1], users, items);

  const auto& p = model.parameters();
  const auto values = [](const FactorMatrix<float>& factors) {
    std::vector<float> all;
    for (Size i = 0; i < factors.rows(); ++i) all.insert(all.end(), factors.row(i).begin(), factors.row(i).end());
    return all;
  };
  // What the model answers: a page in another language has to answer the same.
  nlohmann::json profiles, scores, folded_scores, folded_predictions, recommended;
  for (Index user = 0; user < model.users(); ++user) {
    const auto row = model.ratings().row(user);
    auto entries = nlohmann::json::array(), list = nlohmann::json::array();
    for (std::size_t t = 0; t < row.items.size(); ++t) entries.push_back({row.items[t], row.ratings[t]});
    for (const auto& [item, score] : model.recommend(user, {.count = 3})) list.push_back({item, score});
    std::vector<float> by_index, by_profile, predicted;
    for (Index item = 0; item < model.items(); ++item) {
      by_index.push_back(model.score(user, item));
      by_profile.push_back(model.score(row, item));
      predicted.push_back(model.predict(row, item));
    }
    profiles.push_back(entries);
    recommended.push_back(list);
    scores.push_back(by_index);
    folded_scores.push_back(by_profile);
    folded_predictions.push_back(predicted);
  }
  std::vector<double> errors;
  for (const EpochReport& epoch : model.report().epochs) errors.push_back(epoch.train_rmse);
  std::cout << nlohmann::json{{"q", values(p.q)},
                              {"x", values(p.x)},
                              {"y", values(p.y)},
                              {"item_bias", p.item_bias},
                              {"user_bias", p.user_bias},
                              {"item_baseline", p.item_baseline},
                              {"constants", {p.mean, p.min_rating, p.max_rating}},
                              {"train_rmse", errors},
                              {"items", p.items()},
                              {"users", p.users()},
                              {"factors", p.factors()},
                              {"profiles", profiles},
                              {"scores", scores},
                              {"folded_scores", folded_scores},
                              {"folded_predictions", folded_predictions},
                              {"recommended", recommended},
                              {"user_ids", users.names()},
                              {"item_ids", items.names()}};
}
