// SPDX-License-Identifier: MIT
// The slow oracle of training: the loss, its gradient and stochastic gradient descent, written in double with nothing
// but loops over the formulas, and sharing no code with the library's passes.
#pragma once

#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace asysvd::test {

using Matrix = std::vector<std::vector<double>>;

struct ReferenceModel {
  bool has_biases, has_explicit, has_implicit;
  double mean;
  Matrix q, x, y;
  std::vector<double> item_bias, user_bias, item_baseline, user_baseline;
  std::vector<double> counts;   // of the ratings of each item
  std::vector<double> weights;  // of the ratings

  template <class Scalar, class Feedback>
  static ReferenceModel from(const Parameters<Scalar>& parameters, Feedback, const SparseMatrixView<Scalar>& ratings,
                             double user_shrinkage) {
    const auto copy = [](const FactorMatrix<Scalar>& factors) {
      Matrix rows;
      for (Size i = 0; i < factors.rows(); ++i) rows.emplace_back(factors.row(i).begin(), factors.row(i).end());
      return rows;
    };
    ReferenceModel model{Feedback::has_biases,
                         Feedback::has_explicit,
                         Feedback::has_implicit,
                         parameters.mean,
                         copy(parameters.q),
                         copy(parameters.x),
                         copy(parameters.y),
                         {},
                         {},
                         {},
                         {},
                         std::vector<double>(static_cast<std::size_t>(ratings.cols()), 0.0),
                         std::vector<double>(static_cast<std::size_t>(ratings.nonzeros()), 1.0)};
    for (const Index item : ratings.items()) ++model.counts[item];
    model.item_bias.assign(parameters.item_bias.begin(), parameters.item_bias.end());
    model.user_bias.assign(parameters.user_bias.begin(), parameters.user_bias.end());
    model.item_baseline.assign(parameters.item_baseline.begin(), parameters.item_baseline.end());
    for (Size u = 0; u < ratings.rows(); ++u) {
      double sum = 0;
      const auto profile = ratings.row(u);
      for (std::size_t t = 0; t < profile.items.size(); ++t) {
        sum += profile.ratings[t] - model.mean - model.item_baseline[profile.items[t]];
      }
      const bool used = Feedback::has_biases && !profile.empty();
      model.user_baseline.push_back(used ? sum / (user_shrinkage + static_cast<double>(profile.size())) : 0);
    }
    return model;
  }

  [[nodiscard]] std::size_t factors() const { return q.front().size(); }

  /// c_j for the entry `t` of the profile.
  template <class Scalar>
  [[nodiscard]] double c(ProfileView<Scalar> profile, Size user, std::size_t t) const {
    const double centred = profile.ratings[t] - mean - user_baseline[user] - item_baseline[profile.items[t]];
    return has_explicit ? centred / std::sqrt(static_cast<double>(profile.size())) : 0;
  }
  template <class Scalar>
  [[nodiscard]] double d(ProfileView<Scalar> profile) const {
    return has_implicit ? 1 / std::sqrt(static_cast<double>(profile.items.size() + profile.unrated.size())) : 0;
  }

  /// p_u, without the entry `left_out` unless that is negative.
  template <class Scalar>
  [[nodiscard]] std::vector<double> user_factors(ProfileView<Scalar> profile, Size user, int left_out) const {
    std::vector<double> p(factors(), 0.0);
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      if (static_cast<int>(t) == left_out) continue;
      for (std::size_t f = 0; f < factors(); ++f) {
        if (has_explicit) p[f] += c(profile, user, t) * x[profile.items[t]][f];
        if (has_implicit) p[f] += d(profile) * y[profile.items[t]][f];
      }
    }
    for (const Index j : profile.unrated) {
      for (std::size_t f = 0; f < factors(); ++f) {
        if (has_implicit) p[f] += d(profile) * y[j][f];
      }
    }
    return p;
  }

  template <class Scalar>
  [[nodiscard]] double score(ProfileView<Scalar> profile, Size user, Index item, int left_out) const {
    const auto p = user_factors(profile, user, left_out);
    double sum = mean + user_bias[user] + item_bias[item];
    for (std::size_t f = 0; f < factors(); ++f) sum += p[f] * q[item][f];
    return sum;
  }

  [[nodiscard]] double lambda_q(Index item, const Options& options) const {
    return options.regularization.q + options.regularization.whole_q / counts[item];
  }
  [[nodiscard]] double lambda_item(Index item, const Options& options) const {
    return options.regularization.bias + options.regularization.whole_item / counts[item];
  }
  template <class Scalar>
  [[nodiscard]] static double lambda_user(ProfileView<Scalar> profile, const Options& options) {
    return options.regularization.bias + options.regularization.whole_user / static_cast<double>(profile.size());
  }

  /// Half of w·(r − r̂)² + the penalties at the sample (user, position): what one step descends. The profile's rows are
  /// penalized at each sample.
  template <class Scalar>
  [[nodiscard]] double half_loss(const SparseMatrixView<Scalar>& ratings, Size user, std::size_t position,
                                 const Options& options) const {
    const auto profile = ratings.row(user);
    const Index item = profile.items[position];
    const double error =
        profile.ratings[position] - score(profile, user, item, options.leave_one_out ? static_cast<int>(position) : -1);
    const auto square = [](const std::vector<double>& row) {
      double sum = 0;
      for (const double value : row) sum += value * value;
      return sum;
    };
    double loss = weights[ratings.offset(user) + static_cast<Size>(position)] * error * error +
                  lambda_q(item, options) * square(q[item]);
    if (has_biases) {
      loss += lambda_user(profile, options) * user_bias[user] * user_bias[user] +
              lambda_item(item, options) * item_bias[item] * item_bias[item];
    }
    for (const Index j : profile.items) {
      if (has_explicit) loss += options.regularization.x * square(x[j]);
      if (has_implicit) loss += options.regularization.y * square(y[j]);
    }
    for (const Index j : profile.unrated) {
      if (has_implicit) loss += options.regularization.y * square(y[j]);
    }
    return loss / 2;
  }

  /// One step at the sample (user, position); `lambda_x` and `lambda_y` are those of this step.
  template <class Scalar>
  void step(const SparseMatrixView<Scalar>& ratings, Size user, std::size_t position, const Options& options,
            double eta, double lambda_x, double lambda_y) {
    const auto profile = ratings.row(user);
    const Index item = profile.items[position];
    const int left_out = options.leave_one_out ? static_cast<int>(position) : -1;
    const auto p = user_factors(profile, user, left_out);
    const double error = weights[ratings.offset(user) + static_cast<Size>(position)] *
                         (profile.ratings[position] - score(profile, user, item, left_out));
    const auto old_q = q[item];
    if (has_biases) {
      user_bias[user] += eta * (error - lambda_user(profile, options) * user_bias[user]);
      item_bias[item] += eta * (error - lambda_item(item, options) * item_bias[item]);
    }
    for (std::size_t f = 0; f < factors(); ++f) {
      q[item][f] += eta * (error * p[f] - lambda_q(item, options) * old_q[f]);
      for (std::size_t t = 0; t < profile.items.size(); ++t) {
        const Index j = profile.items[t];
        const double receives = static_cast<int>(t) == left_out ? 0 : 1;
        if (has_explicit) x[j][f] += eta * (receives * error * c(profile, user, t) * old_q[f] - lambda_x * x[j][f]);
        if (has_implicit) y[j][f] += eta * (receives * error * d(profile) * old_q[f] - lambda_y * y[j][f]);
      }
      for (const Index j : profile.unrated) {
        if (has_implicit) y[j][f] += eta * (error * d(profile) * old_q[f] - lambda_y * y[j][f]);
      }
    }
  }

  /// All the ratings of a user, as stored; rows shrink at each sample, or once a visit: after the last, or, where
  /// `shared_out` is set, by an n-th at each.
  template <class Scalar>
  void visit(const SparseMatrixView<Scalar>& ratings, Size user, const Options& options, double eta, bool shared_out) {
    const auto profile = ratings.row(user);
    const bool per_sample = options.shrink == Shrink::per_sample;
    const double share = per_sample ? 1 : shared_out ? 1 / static_cast<double>(profile.items.size()) : 0;
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      step(ratings, user, t, options, eta, share * options.regularization.x, share * options.regularization.y);
    }
    if (share > 0 || profile.empty()) return;  // without a sample, a visit is none
    for (const Index j : profile.items) {
      for (std::size_t f = 0; f < factors(); ++f) {
        if (has_explicit) x[j][f] *= 1 - eta * options.regularization.x;
        if (has_implicit) y[j][f] *= 1 - eta * options.regularization.y;
      }
    }
    for (const Index j : profile.unrated) {
      for (std::size_t f = 0; f < factors(); ++f) {
        if (has_implicit) y[j][f] *= 1 - eta * options.regularization.y;
      }
    }
  }
};

/// The largest difference between a library's parameters and the reference's, relative to `1 + |value|`.
template <class Scalar>
double largest_difference(const Parameters<Scalar>& a, const ReferenceModel& b) {
  double largest = 0;
  const auto see = [&](double u, double v) { largest = std::max(largest, std::abs(u - v) / (1 + std::abs(v))); };
  const auto matrices = [&](const FactorMatrix<Scalar>& m, const Matrix& n) {
    for (Size i = 0; i < m.rows(); ++i) {
      for (Size f = 0; f < m.factors(); ++f) see(m.row(i)[f], n[i][f]);
    }
  };
  matrices(a.q, b.q);
  matrices(a.x, b.x);
  matrices(a.y, b.y);
  for (std::size_t i = 0; i < a.item_bias.size(); ++i) see(a.item_bias[i], b.item_bias[i]);
  for (std::size_t u = 0; u < a.user_bias.size(); ++u) see(a.user_bias[u], b.user_bias[u]);
  return largest;
}

}  // namespace asysvd::test
