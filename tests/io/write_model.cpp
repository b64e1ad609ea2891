// SPDX-License-Identifier: MIT
// usage: write_model FILE
// Saves a small model and prints, as JSON, what another program must find in the file.
#include <asysvd/io/safetensors.hpp>

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
                              {"user_ids", users.names()},
                              {"item_ids", items.names()}};
}
