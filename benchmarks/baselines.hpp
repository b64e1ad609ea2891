// SPDX-License-Identifier: MIT
// What the library's epochs are measured against: plain matrix factorisation, the lecture's loop, and the rows that an
// epoch reads and writes.
#pragma once

#include <asysvd/factor_matrix.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/detail/kernel.hpp>

#include <Eigen/Core>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace baselines {

using asysvd::Index;
using asysvd::Random;
using asysvd::Size;

/// Matrix factorisation by stochastic gradient descent, r̂ = p_u·q_i, in single precision and without biases: as fast
/// as it is when written out plainly, p_u in registers while its user's ratings follow each other.
template <int Width, class Sampler>
class MatrixFactorization {
 public:
  MatrixFactorization(const asysvd::SparseMatrixView<float>& ratings, int factors)
      : ratings_(ratings),
        p_(ratings.rows(), factors),
        q_(ratings.cols(), factors),
        order_(static_cast<std::size_t>(ratings.longest_row())),
        epoch_(Sampler{}.start(ratings)) {
    // So that a first prediction is about 3, and the descent has something to do.
    for (auto* matrix : {&p_, &q_}) {
      for (Size row = 0; row < matrix->rows(); ++row) {
        for (float& value : matrix->row(row)) {
          value = static_cast<float>(std::sqrt(3.0 / factors) * (1 + 0.1 * random_.normal()));
        }
      }
    }
  }

  /// The sum of the squared errors that one epoch met.
  double epoch() {
    double squared_error = 0;
    epoch_(random_, [&](Index user) { squared_error += visit(user); });
    return squared_error;
  }

 private:
  double visit(Index user) {
    const auto profile = ratings_.row(user);
    const std::span<Index> order(order_.data(), profile.items.size());
    std::iota(order.begin(), order.end(), 0);
    Sampler::arrange(order, random_);
    constexpr float rate = 0.005f;
    constexpr float keep = 1 - 0.005f * 0.02f;
    asysvd::detail::Row<float, Width> stored(p_.data(user), p_.stride());
    Eigen::Array<float, Width, 1> p = stored;
    double squared_error = 0;
    for (const Index position : order) {
      asysvd::detail::Row<float, Width> q(q_.data(profile.items[position]), q_.stride());
      const float error = profile.ratings[position] - (p * q).sum();
      squared_error += static_cast<double>(error) * error;
      const float scaled = rate * error;
      const Eigen::Array<float, Width, 1> old = q;
      q = keep * q + scaled * p;
      p = keep * p + scaled * old;
    }
    stored = p;
    return squared_error;
  }

  asysvd::SparseMatrixView<float> ratings_;
  asysvd::FactorMatrix<float> p_, q_;
  std::vector<Index> order_;
  Random random_{1};
  decltype(Sampler{}.start(asysvd::SparseMatrixView<float>{})) epoch_;
};

/// The memory's part of an exact user pass, in its order: each row of x, and of y if `Full`, is read and written once a
/// user, each row of q once a rating, and so is what leave-one-out keeps for each rating if `Full`. What is written hangs
/// on nothing that was just read, so no sample waits for another: a ceiling for whatever touches these rows.
template <int Width, class Sampler, bool Full>
class RowTraffic {
 public:
  RowTraffic(const asysvd::SparseMatrixView<float>& ratings, int factors)
      : ratings_(ratings),
        q_(ratings.cols(), factors),
        x_(ratings.cols(), factors),
        y_(Full ? ratings.cols() : 0, factors),
        kept_(Full ? ratings.longest_row() : 0, factors),
        order_(static_cast<std::size_t>(ratings.longest_row())),
        epoch_(Sampler{}.start(ratings)) {
    for (auto* matrix : {&q_, &x_, &y_}) {
      for (Size row = 0; row < matrix->rows(); ++row) matrix->row(row).setConstant(1);
    }
  }

  void epoch() {
    epoch_(random_, [&](Index user) { visit(user); });
  }

  /// Some number that all of it went into.
  [[nodiscard]] float trace() const { return q_.matrix().sum() + x_.matrix().sum() + y_.matrix().sum(); }

 private:
  using RowMap = asysvd::detail::Row<float, Width>;

  void visit(Index user) {
    const auto items = ratings_.row(user).items;
    const std::span<Index> order(order_.data(), items.size());
    std::iota(order.begin(), order.end(), 0);
    Sampler::arrange(order, random_);
    const auto row = [](asysvd::FactorMatrix<float>& matrix, Size i) {
      return RowMap(matrix.data(i), matrix.stride());
    };
    Eigen::Array<float, Width, 1> sum = Eigen::Array<float, Width, 1>::Zero(q_.stride());
    for (std::size_t t = 0; t < items.size(); ++t) {
      if constexpr (Full) {
        auto kept = row(kept_, static_cast<Size>(t));
        kept = row(x_, items[t]) + row(y_, items[t]);
        sum += kept;
      } else {
        sum += row(x_, items[t]);
      }
    }
    sum *= 1e-9f;
    for (const Index position : order) {
      auto q = row(q_, items[position]);
      if constexpr (Full) {
        auto kept = row(kept_, position);
        kept += q;
      }
      q += sum;
    }
    for (std::size_t t = 0; t < items.size(); ++t) {
      if constexpr (Full) {
        const auto kept = row(kept_, static_cast<Size>(t));
        row(x_, items[t]) += sum - 1e-9f * kept;
        row(y_, items[t]) += sum - 1e-9f * kept;
      } else {
        row(x_, items[t]) += sum;
      }
    }
  }

  asysvd::SparseMatrixView<float> ratings_;
  asysvd::FactorMatrix<float> q_, x_, y_, kept_;
  std::vector<Index> order_;
  Random random_{1};
  decltype(Sampler{}.start(asysvd::SparseMatrixView<float>{})) epoch_;
};

/// The lecture's training loop, a line of Eigen for each of its lines of numpy.
class Lecture {
 public:
  Lecture(const asysvd::SparseMatrixView<float>& ratings, int factors)
      : ratings_(ratings),
        user_profile_factors_(uniform(ratings.cols(), factors)),
        item_factors_(uniform(ratings.cols(), factors)) {}

  /// The sum of the squared errors of so many samples.
  double run(Size samples) {
    constexpr double learning_rate = 1e-9;
    constexpr double regularization = 1e-1;
    double loss = 0;
    for (Size sample = 0; sample < samples; ++sample) {
      const auto rating = static_cast<Size>(random_.below(static_cast<std::uint64_t>(ratings_.nonzeros())));
      const Size user = ratings_.user_of(rating);
      const auto profile = ratings_.row(user);
      const Index item = ratings_.items()[static_cast<std::size_t>(rating)];
      const Eigen::Map<const Eigen::VectorXf> seen(profile.ratings.data(), profile.size());

      const Matrix profile_factors = user_profile_factors_(profile.items, Eigen::all);
      const Eigen::RowVectorXd estimated =
          seen.cast<double>().transpose() * profile_factors / std::sqrt(static_cast<double>(profile.size()));
      const double prediction = estimated.dot(item_factors_.row(item));
      const double error = ratings_.values()[static_cast<std::size_t>(rating)] - prediction;
      loss += error * error;

      const Matrix old_items = item_factors_(profile.items, Eigen::all);
      const Eigen::RowVectorXd update = error * (seen.cast<double>().transpose() * old_items);
      user_profile_factors_(profile.items, Eigen::all) +=
          learning_rate * ((-regularization * profile_factors).rowwise() + update);
      item_factors_(profile.items, Eigen::all) +=
          learning_rate * (error * profile_factors - regularization * old_items);
    }
    return loss;
  }

 private:
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Matrix uniform(Size rows, int cols) {
    return Matrix::NullaryExpr(rows, cols, [this] { return random_.uniform(); });
  }

  asysvd::SparseMatrixView<float> ratings_;
  Random random_{1};
  Matrix user_profile_factors_, item_factors_;
};

}  // namespace baselines
