// SPDX-License-Identifier: MIT
// From ratings to a recommendation and its reason.
#include <asysvd/model.hpp>
#include <cstdio>

int main() {
  using namespace asysvd;

  // Five people and six films: the first three like action, the other two romance. (user, item, stars)
  const char* const films[]{"Alien", "Predator", "Heat", "Emma", "Notting Hill", "Amelie"};
  const Rating<float> ratings[]{{0, 0, 5}, {0, 1, 5}, {0, 2, 4}, {0, 3, 1}, {1, 0, 4}, {1, 1, 5},
                                {1, 4, 2}, {2, 0, 5}, {2, 2, 5}, {2, 5, 2}, {3, 3, 5}, {3, 4, 5},
                                {3, 0, 1}, {4, 3, 4}, {4, 5, 5}, {4, 1, 2}, {4, 4, 5}};

  // The defaults are for thousands of ratings; a toy as small as this has to believe each of its own.
  const Regularization small{.whole_q = 0.5, .whole_user = 1, .whole_item = 1};
  AsySVD<float> model({.factors = 4, .epochs = 200, .learning_rate = 0.02, .regularization = small});
  model.fit(SparseMatrix<float>::from_triplets(5, 6, ratings));

  const Profile<float> somebody{{0, 5.0f}, {3, 2.0f}};  // loves Alien, not Emma: nobody the model has seen
  for (const auto& [item, score] : model.recommend(somebody, {.count = 3})) {
    std::printf("%-12s %.2f, because of", films[item], model.predict(somebody, item));
    for (const auto& why : model.explain(somebody, item).shares) std::printf("  %s %+.2f", films[why.item], why.share);
    std::printf("\n");
  }
}
