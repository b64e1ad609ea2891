// SPDX-License-Identifier: MIT
// Somebody who came after training: served at once, from nothing but what they rated.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <cstdio>

namespace {

void show(const asysvd::AsySVD<float>& model, const asysvd::Profile<float>& profile) {
  std::printf("with %lld ratings:", static_cast<long long>(profile.size()));
  for (const auto& [item, score] : model.recommend(profile, {.count = 5})) std::printf("  item %d (%.2f)", item, score);
  std::printf("\n");
}

}  // namespace

int main() {
  const auto data = asysvd::synthetic(asysvd::movielens_100k());
  asysvd::AsySVD<float> model({.factors = 20, .epochs = 20});
  model.fit(data.ratings);

  asysvd::Profile<float> somebody;
  show(model, somebody);  // nothing known: the items that are liked best in general

  somebody.set(12, 5.0f);
  somebody.set(40, 1.0f);
  show(model, somebody);  // no training in between

  somebody.set(40, 5.0f);  // a change of mind
  show(model, somebody);

  const auto best = model.recommend(somebody, {.count = 1}).front();
  const auto why = model.explain(somebody, best.item);
  std::printf("item %d: %.2f = %.2f in general", best.item, why.prediction, why.bias);
  for (const auto& share : why.shares) {
    std::printf(" %+.2f for item %d rated %.0f", share.share, share.item, share.rating);
  }
  std::printf("\n");
}
