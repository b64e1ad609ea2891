// SPDX-License-Identifier: MIT
// Ratings that keep coming: somebody's next rating counts at once, batches of them are learned from as they come, and
// new items find their place, all without another fit.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>
#include <vector>

using namespace asysvd;

namespace {

using Model = AsySVD<float, ByUser, FullFeedback, 16>;

constexpr Size users = 600, items = 200, old_items = 190;

/// The error of predicting what comes next, before it is learned from.
class Meter {
 public:
  void add(double error) {
    squares_ += error * error;
    ++count_;
  }
  [[nodiscard]] double rmse() const { return std::sqrt(squares_ / count_); }

 private:
  double squares_ = 0, count_ = 0;
};

}  // namespace

int main() {
  const auto data = synthetic(
      {.users = users, .items = items, .ratings = 40'000, .max_per_user = 180, .user_bias = 0.8, .noise = 0.4});

  // What is known at first, what comes later of users who have rated little so far, and what comes of new items.
  std::vector<Rating<float>> known, stream, of_new_items;
  for (Index user = 0; user < users; ++user) {
    const auto row = data.ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      const bool late = user % 8 == 0 && t % 10 != 0;
      auto& part = row.items[t] >= old_items ? of_new_items : late ? stream : known;
      part.push_back({user, row.items[t], row.ratings[t]});
    }
  }
  Random(42).shuffle(std::span(stream));  // all of them at the same time

  Model model({.epochs = 20});
  model.fit(SparseMatrix<float>::from_triplets(users, old_items, known));
  const Model frozen = model;

  // One person: a session reacts to each rating at O(k), and the model stays as it is.
  const Index somebody = stream.front().user;
  UserSession session(frozen);
  Meter reacting, unmoved;
  for (const auto& [user, item, rating] : stream) {
    if (user != somebody) continue;
    reacting.add(session.predict(item) - rating);
    unmoved.add(frozen.predict(user, item) - rating);
    session.set(item, rating);
  }
  std::printf("session: error %.3f over %lld ratings, from those at first %.3f\n", reacting.rmse(),
              static_cast<long long>(session.profile().size()), unmoved.rmse());

  // All of them, in batches: each is predicted first and learned from then.
  constexpr std::size_t batch_size = 500;
  Meter learning, standing_still;
  for (std::size_t begin = 0; begin < stream.size(); begin += batch_size) {
    const auto batch = std::span(stream).subspan(begin, std::min(batch_size, stream.size() - begin));
    for (const auto& [user, item, rating] : batch) {
      learning.add(model.predict(user, item) - rating);
      standing_still.add(frozen.predict(user, item) - rating);
    }
    model.partial_fit(SparseMatrix<float>::from_triplets(users, old_items, batch));
  }
  std::printf("stream: error %.3f, without learning from it %.3f\n", learning.rmse(), standing_still.rmse());

  // New items: half of their ratings place them, the other half is predicted.
  std::vector<Rating<float>> first_half;
  for (std::size_t t = 0; t < of_new_items.size(); t += 2) first_half.push_back(of_new_items[t]);
  model.add_items(SparseMatrix<float>::from_triplets(users, items, first_half));
  Meter placed, unknown;
  for (std::size_t t = 1; t < of_new_items.size(); t += 2) {
    const auto& [user, item, rating] = of_new_items[t];
    placed.add(model.predict(user, item) - rating);
    unknown.add(model.parameters().mean - rating);
  }
  std::printf("new items: error %.3f, of the mean of all ratings %.3f\n", placed.rmse(), unknown.rmse());
  return learning.rmse() < standing_still.rmse() && placed.rmse() < unknown.rmse() ? 0 : 1;
}
