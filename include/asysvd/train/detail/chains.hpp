// SPDX-License-Identifier: MIT
/// \file
/// What the threads of a fit share out.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix_view.hpp>
#include <asysvd/train/detail/epoch.hpp>
#include <asysvd/train/detail/merge.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/rating_summary.hpp>
#include <asysvd/train/validation.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Shares the users out, so that all shards have about as many ratings. O(users · shards).
/// \param learned_from by user; empty if all are.
/// \return for each shard, which users it has; the only one is `learned_from`.
template <std::floating_point Scalar>
[[nodiscard]] std::vector<std::vector<bool>> shards_of(const SparseMatrixView<Scalar>& ratings,
                                                       const std::vector<bool>& learned_from, std::size_t count) {
  if (count == 1) return {learned_from};
  const auto users = static_cast<std::size_t>(ratings.rows());
  std::vector<std::vector<bool>> shards(count, std::vector<bool>(users, false));
  std::vector<Size> load(count, 0);
  for (std::size_t user = 0; user < users; ++user) {
    if (!learned_from.empty() && !learned_from[user]) continue;
    const auto lightest = std::ranges::min_element(load);
    *lightest += ratings.row(static_cast<Size>(user)).size();
    shards[static_cast<std::size_t>(lightest - load.begin())][user] = true;
  }
  return shards;
}

/// How often the copies of a member may become one in an epoch, items having so many ratings as `counts` has it: once where rows come
/// to rest within it, as they do where η·n̄ is large, n̄ being the number of ratings that the item of a rating has in the
/// mean; elsewhere 4 to 64 times, and no more often than items have ratings in the mean, as that takes longer than
/// learning. docs/benchmarks.md has the figures. O(items).
[[nodiscard]] inline int most_meetings(const std::vector<Size>& counts, double learning_rate) {
  constexpr double at_rest = 50;
  double sum = 0, squares = 0;
  for (const auto count : counts) {
    sum += static_cast<double>(count);
    squares += static_cast<double>(count) * static_cast<double>(count);
  }
  if (learning_rate * squares >= at_rest * sum) return 1;
  return static_cast<int>(std::clamp(sum / static_cast<double>(counts.size()), 4.0, 64.0));
}

/// The epochs of an ensemble as chains for `Turns`, one for each shard of each member: the legs of one chain follow each
/// other, and different chains may run at the same time.
///
/// - One shard: a leg is an epoch. Where threads don't divide the members, those that are free run ahead, on a copy of
///   the members.
/// - Several: each has a copy of the member. A leg in which all chains learn a part of the epoch, each on its copy from
///   its own users, is followed by one in which all merge the copies, each the rows of some items. That leaves them
///   alike but for the biases of users, and nobody but the own shard reads these.
template <std::floating_point Scalar>
class Chains {
 public:
  /// The epoch of a member from the users that are marked, or all if none is; it may keep references to both.
  using MakeEpoch = std::function<Epoch<Scalar>(Parameters<Scalar>&, const std::vector<bool>& learned_from)>;

  /// Chains of the members of `ensemble`, which is borrowed.
  Chains(Ensemble<Scalar>& ensemble, const SparseMatrixView<Scalar>& ratings, const std::vector<bool>& learned_from,
         const FitOptions<Scalar>& fit_options, const Options& options, const MakeEpoch& make_epoch)
      : members_(ensemble.members),
        seed_(options.seed),
        shards_(shards_of(ratings, learned_from, static_cast<std::size_t>(fit_options.shards))),
        most_parts_(shards_.size() == 1 ? 1
                                        : most_meetings(rating_counts(ratings, learned_from), options.learning_rate)) {
    const auto threads = static_cast<std::size_t>(fit_options.threads);
    const bool divided = threads >= members_.size() || members_.size() % threads == 0;
    if (shards_.size() > 1 || !divided) {
      copies_.reserve(members_.size() * shards_.size());
      for (const auto& member : members_) {
        for (std::size_t shard = 0; shard < shards_.size(); ++shard) copies_.push_back(member);
      }
    }
    const std::span<Parameters<Scalar>> learning = copies_.empty() ? members_ : copies_;
    for (std::size_t chain = 0; chain < learning.size(); ++chain) {
      epochs_.push_back(make_epoch(learning[chain], shards_[chain % shards_.size()]));
    }
    randoms_.assign(epochs_.size(), Random(0));
    samples_.assign(epochs_.size(), 0);
  }
  Chains(const Chains&) = delete;  // epochs refer to the rest
  Chains& operator=(const Chains&) = delete;

  /// How many there are.
  [[nodiscard]] std::size_t size() const noexcept { return epochs_.size(); }
  /// How many legs an epoch, counted from 1, has.
  [[nodiscard]] Size legs(int epoch) const noexcept { return shards_.size() == 1 ? 1 : 2 * parts(epoch); }
  /// How many those from `first` to `last` have.
  [[nodiscard]] Size legs(int first, int last) const noexcept {
    Size before = 0;
    for (; first <= last && first < settled; ++first) before += legs(first);
    return before + (last - first + 1) * legs(first);
  }
  /// A leg of those from the epoch `first` on: which epoch it is of, and how many of its legs lie before it.
  [[nodiscard]] std::pair<int, Size> place(int first, Size leg) const noexcept {
    for (; first < settled; ++first) {
      if (leg < legs(first)) return {first, leg};
      leg -= legs(first);
    }
    return {first + static_cast<int>(leg / legs(first)), leg % legs(first)};
  }
  /// Whether one may be an epoch ahead of the others.
  [[nodiscard]] bool may_run_ahead() const noexcept { return shards_.size() == 1 && !copies_.empty(); }

  /// What chains write their errors to, each to its own; cut short at `limit`.
  [[nodiscard]] std::vector<Loss> losses(double limit) const { return std::vector<Loss>(epochs_.size(), Loss(limit)); }

  /// Runs a leg of a chain's epoch, counted from 0.
  void run(std::size_t chain, int epoch, Size leg, const Rates<Scalar>& rates, Loss& loss) {
    const std::size_t member = chain / shards_.size(), shard = chain % shards_.size();
    if (leg % 2 == 1) return merge_slice(member, shard);
    const Part part{static_cast<int>(leg / 2), parts(epoch)};
    if (part.first()) {
      // The first shard draws what the only one would.
      randoms_[chain] = Random(seed_, random_stream(static_cast<int>(shard * members_.size() + member), epoch));
    }
    const Size before = loss.samples();
    epochs_[chain](randoms_[chain], rates, loss, part);
    samples_[chain] = loss.samples() - before;
    if (shards_.size() > 1 && part.last()) hand_over_users(member, shard);
  }

  /// Shows in the ensemble what the chain has come to.
  void publish(std::size_t chain) {
    if (may_run_ahead()) members_[chain] = copies_[chain];
  }

  /// The losses by member: those of all its shards.
  [[nodiscard]] std::vector<Loss> of_members(const std::vector<Loss>& losses) const {
    std::vector<Loss> sums;
    for (std::size_t chain = 0; chain < losses.size(); ++chain) {
      if (chain % shards_.size() == 0) {
        sums.push_back(losses[chain]);
      } else {
        sums.back().add(losses[chain].sum(), losses[chain].samples());
      }
    }
    return sums;
  }

 private:
  /// The epoch from which on all have as many parts.
  static constexpr int settled = 5;

  /// The parts of an epoch, after each of which the shards of a member meet. Where rows come to rest within an epoch,
  /// what copies have learned alike is rightly counted once, and to meet more often costs time and gains nothing.
  /// Elsewhere rows are on their way, most of all in the first epochs, and go but half of what copies have in common:
  /// these meet up to 64 times, then 32, and so on, and 4 times from the fifth epoch on.
  [[nodiscard]] int parts(int epoch) const noexcept { return std::min(most_parts_, 128 >> std::min(epoch, settled)); }

  [[nodiscard]] std::span<Parameters<Scalar>> copies_of(std::size_t member) noexcept {
    return std::span(copies_).subspan(member * shards_.size(), shards_.size());
  }

  void merge_slice(std::size_t member, std::size_t slice) {
    const auto learned = std::span(samples_).subspan(member * shards_.size(), shards_.size());
    if (std::ranges::count(learned, 0) == std::ssize(learned)) return;  // as the copies are still alike
    const auto copies = copies_of(member);
    const auto items = members_[member].items(), slices = static_cast<Size>(shards_.size());
    const auto begin = [&](std::size_t at) { return items * static_cast<Size>(at) / slices; };
    merge(members_[member], copies[0], copies[1], begin(slice), begin(slice + 1));
  }

  /// Nobody else learns the biases of a shard's users.
  void hand_over_users(std::size_t member, std::size_t shard) {
    const auto& from = copies_of(member)[shard].user_bias;
    auto& to = members_[member].user_bias;
    for (std::size_t user = 0; user < to.size(); ++user) {
      if (shards_[shard][user]) to[user] = from[user];
    }
  }

  std::vector<Parameters<Scalar>>& members_;
  std::uint64_t seed_;
  std::vector<std::vector<bool>> shards_;   // of the users
  int most_parts_;                          // of an epoch
  std::vector<Parameters<Scalar>> copies_;  // of members, in their order, one for each shard; what chains learn, if any
  std::vector<Epoch<Scalar>> epochs_;
  std::vector<Random> randoms_;  // of the epoch that each chain is in
  std::vector<Size> samples_;    // that each chain has learned from in its last part
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
