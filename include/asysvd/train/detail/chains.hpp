// SPDX-License-Identifier: MIT
/// \file
/// What the threads of a fit share out.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix_view.hpp>
#include <asysvd/train/detail/epoch.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/validation.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Shares the users out, so that all shares have about as many ratings. O(users · shares).
/// \param learned_from by user; empty if all are.
/// \return for each share, which users it has; the only one is `learned_from`.
template <std::floating_point Scalar>
[[nodiscard]] std::vector<std::vector<bool>> shares_of(const SparseMatrixView<Scalar>& ratings,
                                                       const std::vector<bool>& learned_from, std::size_t count) {
  if (count == 1) return {learned_from};
  const auto users = static_cast<std::size_t>(ratings.rows());
  std::vector<std::vector<bool>> shares(count, std::vector<bool>(users, false));
  std::vector<Size> load(count, 0);
  for (std::size_t user = 0; user < users; ++user) {
    if (!learned_from.empty() && !learned_from[user]) continue;
    const auto lightest = std::ranges::min_element(load);
    *lightest += ratings.row(static_cast<Size>(user)).size();
    shares[static_cast<std::size_t>(lightest - load.begin())][user] = true;
  }
  return shares;
}

/// The epochs of an ensemble as chains for `Turns`: those of one chain follow each other, and different chains may run at
/// the same time.
///
/// - `Threading::deterministic`: a chain is a member. Where threads don't divide the members, those that are free run
///   ahead, on a copy of the members.
/// - `Threading::asynchronous`: a chain is a share of the users, which takes each member on in turn. What all of them
///   write to are the numbers of `Parameters`, on which no place and no length depends. Where one thread
///   overwrites what another has just added, a step is lost.
template <std::floating_point Scalar>
class Chains {
 public:
  /// Chains of the members of `ensemble`, which is borrowed. `make_epoch(parameters, learned_from)` gives the epoch of a
  /// member from the users that `learned_from` marks, or all if it is empty; it may keep references to both.
  template <class MakeEpoch>
  Chains(Ensemble<Scalar>& ensemble, const SparseMatrixView<Scalar>& ratings, const std::vector<bool>& learned_from,
         const FitOptions<Scalar>& fit_options, std::uint64_t seed, const MakeEpoch& make_epoch)
      : members_(ensemble.members), seed_(seed) {
    const auto threads = static_cast<std::size_t>(fit_options.threads);
    std::size_t shares = 1;
    if (fit_options.threading == Threading::asynchronous) {
      per_chain_ = members_.size();
      shares = std::min(threads, static_cast<std::size_t>(ratings.rows()));
    } else if (threads < members_.size() && members_.size() % threads != 0) {
      ahead_ = members_;
    }
    shares_ = shares_of(ratings, learned_from, shares);
    for (const auto& share : shares_) {
      for (auto& member : ahead_.empty() ? members_ : ahead_) epochs_.push_back(make_epoch(member, share));
    }
  }
  Chains(const Chains&) = delete;  // epochs refer to the rest
  Chains& operator=(const Chains&) = delete;

  /// How many there are.
  [[nodiscard]] std::size_t size() const noexcept { return epochs_.size() / per_chain_; }
  /// Whether one may be an epoch ahead of the others.
  [[nodiscard]] bool may_run_ahead() const noexcept { return !ahead_.empty(); }

  /// What chains write their errors to, each to its own; cut short at `limit`.
  [[nodiscard]] std::vector<Loss> losses(double limit) const { return std::vector<Loss>(epochs_.size(), Loss(limit)); }

  /// Runs an epoch of a chain.
  void learn(std::size_t chain, int epoch, const Rates<Scalar>& rates, std::vector<Loss>& losses) {
    for (std::size_t part = chain * per_chain_; part < (chain + 1) * per_chain_; ++part) {
      Random random(seed_, random_stream(static_cast<int>(part), epoch));  // part is the member in the first share
      epochs_[part](random, rates, losses[part]);
    }
  }

  /// Shows in the ensemble what the chain has come to.
  void publish(std::size_t chain) {
    if (may_run_ahead()) members_[chain] = ahead_[chain];
  }

  /// The losses by member: those of the first share, and what the others add.
  [[nodiscard]] std::vector<Loss> of_members(const std::vector<Loss>& losses) const {
    std::vector<Loss> sums(losses.begin(), losses.begin() + static_cast<Size>(members_.size()));
    for (std::size_t part = sums.size(); part < losses.size(); ++part) {
      sums[part % sums.size()].add(losses[part].sum(), losses[part].samples());
    }
    return sums;
  }

 private:
  std::vector<Parameters<Scalar>>& members_;
  std::uint64_t seed_;
  std::size_t per_chain_ = 1;              // members
  std::vector<Parameters<Scalar>> ahead_;  // where epochs write, if they may run ahead
  std::vector<std::vector<bool>> shares_;  // of the users
  std::vector<Epoch<Scalar>> epochs_;      // of each member, and that for each share
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
