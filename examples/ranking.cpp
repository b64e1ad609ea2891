// SPDX-License-Identifier: MIT
// What somebody would want, and not how they would rate it: a model trained for ranking, in closed form over all cells.
#include <asysvd/data/split.hpp>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/random.hpp>
#include <asysvd/ranking_model.hpp>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace asysvd;

namespace {

constexpr Index users = 600, items = 400, kinds = 10;

/// Visits to a shop: everybody keeps to two kinds of items, and looks at something else now and then.
SparseMatrix<float> visits() {
  Random random(42);
  std::vector<Rating<float>> all;
  for (Index user = 0; user < users; ++user) {
    const Index own[]{user % kinds, user / kinds % kinds};
    for (int visit = 0; visit < 30; ++visit) {
      const Index kind = visit % 6 == 0 ? static_cast<Index>(random.below(10u)) : own[visit % 2];
      all.push_back({user, static_cast<Index>(random.below(40u)) * kinds + kind, 1});
    }
  }
  return SparseMatrix<float>::from_triplets(users, items, all);
}

}  // namespace

int main() {
  const auto split = holdout<float>(visits(), 0.2, 42);
  const SparseMatrixView<float> train = split.train, test = split.test;

  // What counts: binary(), that something was rated; or at_least(4), that it was liked; or weighted(), how much. The
  // ridge decides most: choose_ranking_options of <asysvd/evaluate/ranking_choice.hpp> finds it on held-out ratings.
  const auto model = fit_ranking(train, {.factors = 16, .ridge = 50}, InteractionFeedback::binary());

  // How many of the ten that each user is shown are among those that were held out.
  const auto wanted_of_ten = [&](const auto& recommender) {
    double hits = 0;
    for (Index user = 0; user < users; ++user) {
      const auto wanted = test.row(user).items;
      for (const auto& top : recommender.recommend(user, {.count = 10})) {
        hits += std::ranges::find(wanted, top.item) != wanted.end() ? 1 : 0;
      }
    }
    return hits / users;
  };
  const double ranked = wanted_of_ten(model), popular = wanted_of_ten(Popularity<float>(train));
  std::printf("of ten items %.2f are wanted, of the most popular ten %.2f\n", ranked, popular);

  const Profile<float> somebody{{13, 1.0f}, {47, 1.0f}};  // of the kinds 3 and 7
  for (const auto& [item, score] : model.recommend(somebody, {.count = 3})) {
    std::printf("item %d of kind %d, most of all because of item %d\n", item, item % kinds,
                model.explain(somebody, item).shares.front().item);
  }
  return ranked > popular ? 0 : 1;
}
