// SPDX-License-Identifier: MIT
// How well training for ranking ranks, beside a model of items × items numbers.
#include <asysvd/data/reader.hpp>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/ranking_choice.hpp>

#include <doctest/doctest.h>

#include <Eigen/Cholesky>

#include <cstdint>
#include <cstdio>

#include "ease.hpp"
#include "random_ratings.hpp"
#include "real_data.hpp"

using namespace asysvd;

TEST_CASE("EASE by users gives the scores of its definition") {
  const auto ratings = test::random_ratings<float>(40, 25, 12, 3);
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(40, 25);
  for (Size u = 0; u < 40; ++u) {
    for (const Index item : ratings.row(u).items) x(u, item) = 1;
  }
  Eigen::MatrixXd a = x.transpose() * x;
  a.diagonal().array() += 7;
  const Eigen::MatrixXd p = a.inverse();
  Eigen::MatrixXd b = -p * p.diagonal().cwiseInverse().asDiagonal();
  b.diagonal().setZero();
  CHECK((test::Ease(ratings, 7).scores() - x * b).norm() < 1e-10 * (x * b).norm());
}

TEST_CASE("MovieLens-100K: 64 factors rank better than EASE, and 1.7 times as well as popularity" *
          doctest::test_suite("real data")) {
  const auto path = test::real_data("ml-100k/u.data");
  if (!path) return;
  const auto data = read_ratings<float>(*path);
  const SparseMatrixView<float>& all = data.ratings;
  const auto split = holdout(all, 0.2, 1);
  const SparseMatrixView<float>& train = split.train;
  const auto choice =
      choose_ranking_options(train, {.factors = 64}, InteractionFeedback::binary(), 1, [](const RankingChoice&) {});
  const double ours = test::ndcg(fit_ranking<float>(train, choice.options), train, split.test);
  const double ease = test::ndcg(test::chosen_ease(train, 1), train, split.test);
  const double popularity = test::ndcg(Popularity<float>(train), train, split.test);
  MESSAGE("NDCG@10 ", ours, ", EASE ", ease, ", popularity ", popularity);
  CHECK(ours >= 1.005 * ease);
  CHECK(ours >= 1.7 * popularity);
}

namespace {

/// A table of docs/accuracy.md, a line a seed; each chooses and tests by itself.
void print_table(const char* file, int factors) {
  const auto path = test::real_data(file);
  if (!path) return;
  const auto data = read_ratings<float>(*path);
  const SparseMatrixView<float>& all = data.ratings;
  std::printf("%s, %d factors\nseed popularity EASE defaults chosen, not standardized, (ridge, exponent, fits)\n", file,
              factors);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto split = holdout(all, 0.2, seed);
    const SparseMatrixView<float>& train = split.train;
    const auto of = [&](const auto& model) { return test::ndcg(model, train, split.test); };
    const RankingOptions start{.factors = factors, .threads = 2};
    const auto choice =
        choose_ranking_options(train, start, InteractionFeedback::binary(), seed, [](const RankingChoice&) {});
    auto plain = choice.options;
    plain.standardize = false;
    std::printf("%d %.4f %.4f %.4f %.4f %.4f (%.0f, %.2f, %d)\n", static_cast<int>(seed), of(Popularity<float>(train)),
                of(test::chosen_ease(train, seed)), of(fit_ranking<float>(train, start)),
                of(fit_ranking<float>(train, choice.options)), of(fit_ranking<float>(train, plain)),
                choice.options.ridge, choice.options.popularity_exponent, choice.fits);
    std::fflush(stdout);
  }
}

}  // namespace

// Minutes each. Run with --no-skip, they make the tables of docs/accuracy.md.
TEST_CASE("the table of ranking, against EASE, on MovieLens-100K" * doctest::test_suite("real data") *
          doctest::skip()) {
  print_table("ml-100k/u.data", 64);
}

TEST_CASE("the table of ranking, against EASE, on ML-latest-small" * doctest::test_suite("real data") *
          doctest::skip()) {
  print_table("ml-latest-small/ratings.csv", 128);
}
