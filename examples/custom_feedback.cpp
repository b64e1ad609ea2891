// SPDX-License-Identifier: MIT
// A feedback policy of one's own: how a profile becomes the factors of its user is part of the model's type, and what
// it computes is compiled into the fit.
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <cstdio>

/// User factors that are means over the profile, drawn a little towards 0, where the published models divide by the root
/// of its length: 1/(n + shrinkage) takes the place of n^-½.
struct MeanFeedback {
  static constexpr bool has_biases = true;    // μ, b_u and b_i
  static constexpr bool has_explicit = true;  // Σ (r − μ − b̃) x_j, over what was rated
  static constexpr bool has_implicit = true;  // Σ y_j, over what was rated or otherwise turned to

  double shrinkage = 5;

  [[nodiscard]] double explicit_scale(double count) const { return 1 / (count + shrinkage); }
  [[nodiscard]] double implicit_scale(double count) const { return 1 / (count + shrinkage); }
  // With a `double weight(double difference) const`, each r − μ − b̃ would be weighed by it as well.
};
static_assert(asysvd::FeedbackPolicy<MeanFeedback>);

int main() {
  const auto data = asysvd::synthetic(asysvd::movielens_100k());
  const auto split = asysvd::holdout<float>(data.ratings, 0.2, 42);

  asysvd::AsySVD<float, asysvd::ByUser, MeanFeedback, 16> model({.epochs = 20}, {}, MeanFeedback{.shrinkage = 10});
  model.fit(split.train);

  const asysvd::BiasOnly<float> biases(split.train);
  const double error = asysvd::rating_error(model, split.train, split.test).rmse;
  const double without_factors = asysvd::rating_error(biases, split.train, split.test).rmse;
  std::printf("RMSE %.4f, of the biases alone %.4f\n", error, without_factors);
  return error < without_factors ? 0 : 1;
}
