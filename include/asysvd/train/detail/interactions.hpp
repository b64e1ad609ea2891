// SPDX-License-Identifier: MIT
/// \file
/// Interactions as a sparse matrix R, and products with its Gram matrix G = RᵀR that never form it.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix_view.hpp>
#include <asysvd/train/detail/user_factors.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// A row per item, as wide as there are factors at hand.
using ItemRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What takes rows where they are, also some columns of them.
using ItemRowsView = Eigen::Ref<const ItemRows, 0, Eigen::OuterStride<>>;

/// X·c. This and the next are functions, because Eigen compiles a product anew for each pair of types, which takes long.
[[nodiscard]] inline ItemRows times(const ItemRowsView& x, const Eigen::MatrixXd& c) {
  return x * c;
}

/// XᵀY
[[nodiscard]] inline Eigen::MatrixXd transpose_times(const ItemRowsView& x, const ItemRowsView& y) {
  return x.transpose() * y;
}

/// The weights w(r_ui) that are not 0, the row of each user times (n_u / mean n)^(−user_exponent / 2).
template <std::floating_point Scalar>
class Interactions {
 public:
  template <FeedbackPolicy Feedback>
  Interactions(const SparseMatrixView<Scalar>& ratings, const Feedback& feedback, double user_exponent = 0,
               int threads = 1)
      : threads_(threads), offsets_{0}, squares_(Eigen::VectorXd::Zero(ratings.cols())) {
    offsets_.reserve(static_cast<std::size_t>(ratings.rows()) + 1);
    items_.reserve(ratings.items().size());
    weights_.reserve(ratings.items().size());
    std::vector<std::pair<Index, Scalar>> row;
    for (Size user = 0; user < ratings.rows(); ++user) {
      const auto profile = ratings.row(user);
      const ProfileWeights<Scalar, Feedback> weights(feedback, profile, 0);
      row.clear();
      for (std::size_t t = 0; t < profile.items.size(); ++t) {
        const Scalar weight = weights.explicit_weight(profile.ratings[t], 0);
        if (weight != 0) row.emplace_back(profile.items[t], weight);
      }
      if (row.empty()) continue;
      if (!std::is_sorted(row.begin(), row.end())) std::sort(row.begin(), row.end());
      for (const auto& [item, weight] : row) {
        items_.push_back(item);
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

  [[nodiscard]] Size users() const noexcept { return static_cast<Size>(offsets_.size()) - 1; }  ///< who have any
  [[nodiscard]] Size items() const noexcept { return squares_.size(); }
  [[nodiscard]] int threads() const noexcept { return threads_; }  ///< that may share the work
  [[nodiscard]] Size nonzeros() const noexcept { return static_cast<Size>(items_.size()); }
  [[nodiscard]] const Eigen::VectorXd& squares() const noexcept { return squares_; }  ///< diag(G)
  [[nodiscard]] Scalar least() const noexcept { return least_; }                      ///< of 0 and the weights by item
  [[nodiscard]] Scalar greatest() const noexcept { return greatest_; }                ///< of 0 and the weights by item

  /// G·x, a panel of columns at a time: a task each. O(nonzeros · columns).
  [[nodiscard]] ItemRows gram_times(const ItemRows& x) const {
    return by_panels(items(), x, [&](const Panel& panel, Panel& product) {
      for (Size user = 0; user < users(); ++user) add_to_items(user, factors_of(user, panel), product);
    });
  }

  /// R·x, which has a row per user. O(nonzeros · columns).
  [[nodiscard]] ItemRows times(const ItemRows& x) const {
    return by_panels(users(), x, [&](const Panel& panel, Panel& product) {
      for (Size user = 0; user < users(); ++user) product.row(user) = factors_of(user, panel);
    });
  }

  /// Rᵀ·x of a row per user. O(nonzeros · columns).
  [[nodiscard]] ItemRows transpose_times(const ItemRows& x) const {
    return by_panels(items(), x, [&](const Panel& panel, Panel& product) {
      for (Size user = 0; user < users(); ++user) add_to_items(user, panel.row(user), product);
    });
  }

  /// Adds the lower triangle of G. An item's column at a time, so that what is written stays in the cache, and as many
  /// users as keep there what is read for every item of theirs. O(Σ_u n_u²).
  template <class Matrix>
  void add_gram(Matrix& gram) const {
    constexpr std::size_t interactions_at_a_time = 1 << 20;
    for (std::size_t first = 0, last = 0; first + 1 < offsets_.size(); first = last) {
      while (last + 1 < offsets_.size() && offsets_[last] < offsets_[first] + interactions_at_a_time) ++last;
      add_gram(gram, first, last);
    }
  }

 private:
  /// As many columns as keep a row in one or two lines of the cache, and a number that the compiler knows.
  static constexpr Size panel_width = 16;
  using Panel = Eigen::Matrix<double, Eigen::Dynamic, panel_width, Eigen::RowMajor>;

  using PanelRow = Eigen::Matrix<double, 1, panel_width>;

  template <class Multiply>
  [[nodiscard]] ItemRows by_panels(Size rows, const ItemRows& x, const Multiply& multiply) const {
    ItemRows product(rows, x.cols());
    run_ranges(x.cols(), panel_width, threads_, [&](Size first, Size end) {
      const Size count = end - first;
      Panel panel = Panel::Zero(x.rows(), panel_width);
      panel.leftCols(count) = x.middleCols(first, count);
      Panel products = Panel::Zero(rows, panel_width);
      multiply(panel, products);
      product.middleCols(first, count) = products.leftCols(count);
    });
    return product;
  }

  /// Asks memory for the row that will be needed 16 interactions after number `p`: where there are more items than the
  /// near caches hold rows, the products wait for them, and no processor can guess which comes next.
  void fetch_ahead(const Panel& items, std::size_t p) const noexcept {
    __builtin_prefetch(items.row(items_[std::min(p + 16, items_.size() - 1)]).data());
  }

  [[nodiscard]] PanelRow factors_of(Size user, const Panel& items) const {
    PanelRow factors = PanelRow::Zero();
    for (auto p = offsets_[static_cast<std::size_t>(user)]; p < offsets_[static_cast<std::size_t>(user) + 1]; ++p) {
      fetch_ahead(items, p);
      factors += static_cast<double>(weights_[p]) * items.row(items_[p]);
    }
    return factors;
  }

  void add_to_items(Size user, const PanelRow& factors, Panel& items) const {
    for (auto p = offsets_[static_cast<std::size_t>(user)]; p < offsets_[static_cast<std::size_t>(user) + 1]; ++p) {
      fetch_ahead(items, p);
      items.row(items_[p]) += static_cast<double>(weights_[p]) * factors;
    }
  }

  /// What the users from `first` up to `last` add.
  template <class Matrix>
  void add_gram(Matrix& gram, std::size_t first, std::size_t last) const {
    using Number = typename Matrix::Scalar;
    struct Entry {
      std::size_t at;
      std::size_t row_end;
    };
    std::vector<std::size_t> begin(static_cast<std::size_t>(items()) + 1, 0);
    for (std::size_t p = offsets_[first]; p < offsets_[last]; ++p) ++begin[static_cast<std::size_t>(items_[p]) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<Entry> places(begin.back());
    auto next = begin;
    for (std::size_t user = first; user < last; ++user) {
      for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) {
        places[next[static_cast<std::size_t>(items_[p])]++] = {p, offsets_[user + 1]};
      }
    }
    constexpr Size items_at_a_time = 64;
    run_ranges(items(), items_at_a_time, threads_, [&](Size first_item, Size end) {
      for (Size item = first_item; item < end; ++item) {
        Number* const column = gram.col(item).data();
        for (auto i = begin[static_cast<std::size_t>(item)]; i < begin[static_cast<std::size_t>(item) + 1]; ++i) {
          const auto weight = static_cast<Number>(weights_[places[i].at]);
          for (std::size_t p = places[i].at; p < places[i].row_end; ++p) {
            column[items_[p]] += weight * static_cast<Number>(weights_[p]);
          }
        }
      }
    });
  }

  void weigh_users(double exponent) {
    const double mean = static_cast<double>(items_.size()) / static_cast<double>(std::max<Size>(users(), 1));
    for (std::size_t user = 0; user + 1 < offsets_.size(); ++user) {
      const auto count = static_cast<double>(offsets_[user + 1] - offsets_[user]);
      const auto factor = static_cast<Scalar>(std::pow(count / mean, -exponent / 2));
      for (std::size_t p = offsets_[user]; p < offsets_[user + 1]; ++p) weights_[p] *= factor;
    }
  }

  int threads_;
  std::vector<std::size_t> offsets_;
  std::vector<Index> items_;  // ascending in each row
  std::vector<Scalar> weights_;
  Eigen::VectorXd squares_;
  Scalar least_ = 0;
  Scalar greatest_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
