// SPDX-License-Identifier: MIT
// Threads: of a fit, of all lists at once, and of one's own. Their number changes the time and nothing else.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <thread>
#include <vector>

using namespace asysvd;

int main() {
  const auto data = synthetic(movielens_100k());

  // A fit: the members of an ensemble learn at the same time.
  using Model = AsySVD<float, ByUser, ExplicitFeedback>;
  const Options options{.factors = 30, .epochs = 5, .members = 3};
  Model one(options), several(options);
  const FitReport alone = one.fit(data.ratings);
  const FitReport together = several.fit(data.ratings, {.threads = 3});
  const bool same_model = one.parameters().q.matrix() == several.parameters().q.matrix();
  std::printf("error %.4f with one thread, %.4f with three; the models are %s\n", alone.epochs.back().train_rmse,
              together.epochs.back().train_rmse, same_model ? "the same" : "different");

  // A fit that has one member only: two shards of its users learn side by side. That is another model than one shard
  // gives, about as good.
  const Options single{.factors = 30, .epochs = 5, .members = 1};
  Model whole(single), parted(single);
  const double error = whole.fit(data.ratings).epochs.back().train_rmse;
  const double in_shards = parted.fit(data.ratings, {.threads = 2, .shards = 2}).epochs.back().train_rmse;
  const bool as_good = std::abs(in_shards - error) < 0.01;
  std::printf("error %.4f with one shard, %.4f with two\n", error, in_shards);

  // All lists: worked out by several threads, received on this one, in the order of users.
  std::vector<std::vector<ScoredItem<float>>> lists;
  one.recommend_all({.count = 5, .threads = 3}, [&](Index, auto list) { lists.push_back(std::move(list)); });

  // One's own: const functions of a model may be called from any number of threads at once.
  std::atomic<Index> next = 0;
  std::atomic<int> different = 0;
  const auto work = [&] {
    for (Index user; (user = next++) < one.users();) {
      different += one.recommend(user, {.count = 5}) != lists[static_cast<std::size_t>(user)];
    }
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  std::printf("%zu lists, %d of them different when asked for one by one\n", lists.size(), different.load());
  return same_model && as_good && different == 0 ? 0 : 1;
}
