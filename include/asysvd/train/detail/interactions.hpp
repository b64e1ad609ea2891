// SPDX-License-Identifier: MIT
/// \file
/// Interactions as a sparse matrix R, and products with its Gram matrix G = RᵀR that never form it.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <vector>

#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/detail/user_factors.hpp>

namespace asysvd::detail {

/// A row per item, as wide as there are factors at hand.
using ItemRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The weights w(r_ui) that are not 0, the row of each user times (n_u / mean n)^(−user_exponent / 2).
template <std::floating_point Scalar>
class Interactions {
 public:
  template <FeedbackPolicy Feedback>
  Interactions(const SparseMatrixView<Scalar>& ratings, const Feedback& feedback, double user_exponent = 0)
      : offsets_{0}, squares_(Eigen::VectorXd::Zero(ratings.cols())) {
    offsets_.reserve(static_cast<std::size_t>(ratings.rows()) + 1);
    items_.reserve(ratings.items().size());
    weights_.reserve(ratings.items().size());
    for (Size user = 0; user < ratings.rows(); ++user) {
      const auto profile = ratings.row(user);
      const ProfileWeights<Scalar, Feedback> weights(feedback, profile.size(), 0);
      for (std::size_t t = 0; t < profile.items.size(); ++t) {
        const Scalar weight = weights.explicit_weight(profile.ratings[t], 0);
        if (weight == 0) continue;
        items_.push_back(profile.items[t]);
        weights_.push_back(weight);
        least_ = std::min(least_, weight);
        greatest_ = std::max(greatest_, weight);
      }
      offsets_.push_back(items_.size());
    }
    if (user_exponent != 0) weigh_users(user_exponent);
    for (std::size_t p = 0; p < items_.size(); ++p) {
      squares_[items_[p]] += static_cast<double>(weights_[p]) * weights_[p];
    }
  }

  [[nodiscard]] Size items() const noexcept { return squares_.size(); }
  [[nodiscard]] Size nonzeros() const noexcept { return static_cast<Size>(items_.size()); }
  [[nodiscard]] const Eigen::VectorXd& squares() const noexcept { return squares_; }  ///< diag(G)
  [[nodiscard]] Scalar least() const noexcept { return least_; }                      ///< of 0 and the weights by item
  [[nodiscard]] Scalar greatest() const noexcept { return greatest_; }                ///< of 0 and the weights by item

  /// G·x. O(nonzeros · columns).
  [[nodiscard]] ItemRows gram_times(const ItemRows& x) const {
    ItemRows product = ItemRows::Zero(x.rows(), x.cols());
    Eigen::RowVectorXd factors(x.cols());
    for (std::size_t user = 0; user + 1 < offsets_.size(); ++user) {
      factors.setZero();
      for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) factors += weights_[p] * x.row(items_[p]);
      for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) product.row(items_[p]) += weights_[p] * factors;
    }
    return product;
  }

  /// Adds the lower triangle of G. An item's column at a time, so that what is written stays in the cache.
  /// O(Σ_u n_u²).
  template <class Matrix>
  void add_gram(Matrix& gram) const {
    std::vector<std::size_t> begin(static_cast<std::size_t>(items()) + 1, 0);
    for (const Index item : items_) ++begin[static_cast<std::size_t>(item) + 1];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    std::vector<Index> users(items_.size());
    std::vector<Scalar> weights(items_.size());
    auto next = begin;
    for (std::size_t user = 0; user + 1 < offsets_.size(); ++user) {
      for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) {
        const std::size_t place = next[static_cast<std::size_t>(items_[p])]++;
        users[place] = static_cast<Index>(user);
        weights[place] = weights_[p];
      }
    }
    for (std::size_t item = 0; item + 1 < begin.size(); ++item) {
      auto* const column = gram.col(static_cast<Size>(item)).data();
      for (std::size_t place = begin[item]; place < begin[item + 1]; ++place) {
        const auto user = static_cast<std::size_t>(users[place]);
        const auto weight = static_cast<typename Matrix::Scalar>(weights[place]);
        for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) {
          if (static_cast<std::size_t>(items_[p]) >= item) {
            column[items_[p]] += weight * static_cast<typename Matrix::Scalar>(weights_[p]);
          }
        }
      }
    }
  }

 private:
  void weigh_users(double exponent) {
    Size users = 0;
    for (std::size_t u = 1; u < offsets_.size(); ++u) users += offsets_[u - 1] < offsets_[u] ? 1 : 0;
    const double mean = static_cast<double>(items_.size()) / static_cast<double>(std::max<Size>(users, 1));
    for (std::size_t user = 0; user + 1 < offsets_.size(); ++user) {
      const auto count = static_cast<double>(offsets_[user + 1] - offsets_[user]);
      const auto factor = static_cast<Scalar>(std::pow(count / mean, -exponent / 2));
      for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) weights_[p] *= factor;
    }
  }

  std::vector<std::size_t> offsets_;
  std::vector<Index> items_;
  std::vector<Scalar> weights_;
  Eigen::VectorXd squares_;
  Scalar least_ = 0;
  Scalar greatest_ = 0;
};

}  // namespace asysvd::detail
