// SPDX-License-Identifier: MIT
// EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019): what rankings are compared with.
#pragma once

#include <asysvd/data/split.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace asysvd::test {

/// Scores X·B of who has rated what, B = I − P diag(P)⁻¹, P = (XᵀX + λI)⁻¹, row u of X times (n_u / mean n)^(−β/2), as
/// `RankingOptions::user_exponent` has it; at β = 0 it is EASE as published. P is never formed: X P = M⁻¹ X and
/// P_jj = (1 − x_jᵀ M⁻¹ x_j) / λ, M = X Xᵀ + λI having a row per user.
class Ease {
 public:
  using Scalar = float;

  Ease(const SparseMatrixView<float>& train, double lambda, double user_exponent = 0) : train_(train) {
    Eigen::MatrixXd x = Eigen::MatrixXd::Zero(train.rows(), train.cols());
    Size users = 0;
    for (Size u = 0; u < train.rows(); ++u) users += train.row(u).empty() ? 0 : 1;
    const double mean = static_cast<double>(train.nonzeros()) / static_cast<double>(users);
    for (Size u = 0; u < train.rows(); ++u) {
      const double weight = std::pow(static_cast<double>(train.row(u).size()) / mean, -user_exponent / 2);
      for (const Index item : train.row(u).items) x(u, item) = weight;
    }
    Eigen::MatrixXd m = x * x.transpose();
    m.diagonal().array() += lambda;
    const Eigen::MatrixXd xp = m.llt().solve(x);
    const Eigen::RowVectorXd diagonal = (1 - x.cwiseProduct(xp).colwise().sum().array()) / lambda;
    scores_ = x - xp * diagonal.cwiseInverse().asDiagonal();
  }

  [[nodiscard]] Size items() const { return scores_.cols(); }
  [[nodiscard]] const Eigen::MatrixXd& scores() const { return scores_; }

  [[nodiscard]] std::vector<ScoredItem<float>> recommend(Index user, const RecommendOptions& wanted) const {
    const auto hidden = asysvd::detail::hidden_items("Ease", items(), wanted, train_.row(user).items);
    std::vector<ScoredItem<float>> best;
    for (Index item = 0; item < items(); ++item) {
      if (!hidden[item]) best.push_back({item, static_cast<float>(scores_(user, item))});
    }
    std::ranges::stable_sort(best, [](const auto& a, const auto& b) { return a.score > b.score; });
    best.resize(std::min(best.size(), static_cast<std::size_t>(wanted.count)));
    return best;
  }

 private:
  SparseMatrixView<float> train_;
  Eigen::MatrixXd scores_;
};

template <class Model>
double ndcg(const Model& model, const SparseMatrixView<float>& train, const SparseMatrixView<float>& test) {
  return ranking(model, train, test, {10}).at.front().ndcg;
}

/// EASE on `train`, with the λ and β whose NDCG@10 is best on a fifth of it that is held out, drawn by `seed`.
inline Ease chosen_ease(const SparseMatrixView<float>& train, std::uint64_t seed,
                        const std::vector<double>& user_exponents = {0}) {
  const auto split = holdout(train, 0.2, seed);
  double best = -1;
  std::pair<double, double> chosen;
  for (const double exponent : user_exponents) {
    for (double lambda = 25; lambda < 3000; lambda *= std::sqrt(2)) {
      const double found = ndcg(Ease(split.train, lambda, exponent), split.train, split.test);
      if (found <= best) continue;
      best = found;
      chosen = {lambda, exponent};
    }
  }
  return {train, chosen.first, chosen.second};
}

}  // namespace asysvd::test
