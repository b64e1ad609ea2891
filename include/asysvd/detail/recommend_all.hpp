// SPDX-License-Identifier: MIT
/// \file
/// The best items of many users: blocks of them through a matrix product, whose scores only decide which items are
/// worth an exact score.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <asysvd/detail/rough_scores.hpp>
#include <asysvd/detail/tasks.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix_view.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// `exact(user, item)` is the score; `users`, `items` and `item_bias` are what it is made of, but for a constant of the
/// user, `offset(user)`.
///
/// `RoughScores` are ε from the exact score at most. An item among the n best by the exact score is then at most 2ε
/// below the n-th best by the product: only such items are scored again, and the result is that of scoring all of them,
/// bit for bit.
///
/// To find them without a branch for each item, the items are dealt out to groups like cards, one after the other. The
/// greatest score of each group is found for many groups at once, and the n-th greatest of those is a bar that n items
/// reach, one of each group: the n-th best item does too. Few others do, and they lie in few groups.
template <std::floating_point Scalar, class Exact, class Offset>
class BlockRecommender {
 public:
  BlockRecommender(const FactorMatrix<Scalar>& users, const FactorMatrix<Scalar>& items,
                   const std::vector<Scalar>& item_bias, const SparseMatrixView<Scalar>& seen,
                   const RecommendAllOptions& wanted, Exact exact, Offset offset)
      : users_(users),
        items_(items),
        rough_(items, item_bias),
        bias_(item_bias),
        seen_(seen),
        wanted_(wanted),
        exact_(exact),
        offset_(offset) {
    // As many groups as make what is searched twice least: all groups, and all items of the groups of the best.
    const double balance = std::sqrt(static_cast<double>(items.rows()) * static_cast<double>(wanted.count));
    groups_ = FactorMatrix<Scalar>::padded(std::clamp<Size>(std::llround(balance), 1, std::max<Size>(items.rows(), 1)));
    dealt_ = (items.rows() + groups_ - 1) / groups_;
    bias_.resize(static_cast<std::size_t>(groups_ * dealt_), nothing);
  }

  /// Gives each user's list to `receive(user, list)`, in the order of users. Before, `look(user, products, error)` of a
  /// look of `new_look()`, one for each block of users, is shown p·q_i of all items on the thread at work; `error` is
  /// that of `RoughScores`.
  template <class Receiver, class NewLook>
  void deliver(Receiver& receive, const NewLook& new_look) const {
    constexpr Size share = 512;
    const Size all = users_.rows();
    std::vector<std::vector<ScoredItem<Scalar>>> lists(static_cast<std::size_t>(share * wanted_.threads));
    for (Size first = 0; first < all; first += share * wanted_.threads) {
      run_tasks(wanted_.threads, wanted_.threads, [&](Size worker) {
        const Size begin = std::min(first + share * worker, all);
        fill(begin, std::min(begin + share, all), lists.data() + share * worker, new_look());
      });
      const Size end = std::min(first + share * wanted_.threads, all);
      for (Size user = first; user < end; ++user) {
        receive(static_cast<Index>(user), std::move(lists[static_cast<std::size_t>(user - first)]));
      }
    }
  }

 private:
  using Scores = typename RoughScores<Scalar>::Matrix;
  using Groups = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>>;  // one in each row
  static constexpr Scalar nothing = -std::numeric_limits<Scalar>::infinity();

  /// The lists of users [begin, end).
  template <class Look>
  void fill(Size begin, Size end, std::vector<ScoredItem<Scalar>>* lists, Look look) const {
    const Size block = rough_.block();
    Scores scores = Scores::Zero(std::min(block, end - begin), groups_ * dealt_);
    for (Size first = begin; first < end; first += block) {
      const Size rows = std::min(block, end - first);
      rough_.products(users_.matrix().middleRows(first, rows), scores);
      for (Size user = first; user < first + rows; ++user) {
        Scalar* const products = scores.row(user - first).data();
        const Scalar error = rough_.error(users_.row(user), offset_(user));
        look(static_cast<Index>(user), static_cast<const Scalar*>(products), error);
        *lists++ = best(user, products, error);
      }
    }
  }

  [[nodiscard]] std::vector<ScoredItem<Scalar>> best(Size user, Scalar* scores, Scalar error) const {
    if (wanted_.count == 0 || items_.rows() == 0) return {};
    if (!wanted_.include_seen) {
      for (const Index item : seen_.row(user).items) scores[item] = nothing;
    }
    const Eigen::Array<Scalar, Eigen::Dynamic, 1> greatest =
        (Groups(scores, groups_, dealt_) + Groups(bias_.data(), groups_, dealt_)).rowwise().maxCoeff();
    TopItems<Scalar> leaders(wanted_.count);
    for (Size group = 0; group < groups_; ++group) leaders.add({static_cast<Index>(group), greatest[group]});
    const Scalar bar = leaders.bar() - 2 * error;

    TopItems<Scalar> top(wanted_.count);
    for (Size group = 0; group < groups_; ++group) {
      if (greatest[group] < bar) continue;
      for (Size item = group; item < items_.rows(); item += groups_) {
        const Scalar score = scores[item] + bias_[item];
        if (score < bar || score == nothing) continue;
        top.add({static_cast<Index>(item), exact_(static_cast<Index>(user), static_cast<Index>(item))});
      }
    }
    return std::move(top).sorted();
  }

  const FactorMatrix<Scalar>& users_;
  const FactorMatrix<Scalar>& items_;
  RoughScores<Scalar> rough_;
  std::vector<Scalar> bias_;  // by item, with −∞ beyond the items to where all groups are equally long
  const SparseMatrixView<Scalar>& seen_;
  const RecommendAllOptions& wanted_;
  Exact exact_;
  Offset offset_;
  Size groups_;
  Size dealt_;  // how many items each group has, some beyond the last item
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
