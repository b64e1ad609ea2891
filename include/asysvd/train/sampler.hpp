// SPDX-License-Identifier: MIT
/// \file
/// Samplers: the order in which an epoch visits the ratings.
///
/// There are two kinds, and the kind decides at compile time how the model learns. Whoever yields whole users gets the
/// exact user pass, O(k) a rating. Whoever yields single ratings gets the plain step, O(n·k) a rating for a profile of
/// n items. A sampler is a small value; what it needs during a fit lives in the function that `start` returns.
#pragma once

#include <concepts>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Users one after the other in a random order, each user's ratings in a random order. The default.
///
/// This is also the pattern for a sampler of one's own that yields whole users:
/// - `start(ratings)` is called once a fit, may allocate, and returns the function that runs one epoch. That function
///   calls `visit(user)` for each user in turn; an empty row is skipped by whoever is called. What it does should depend
///   on `random` alone and not on epochs before: then a fit that is resumed goes on as if it had never ended.
/// - `arrange(positions, random)` brings the positions of one user's ratings, given in ascending order, into the order
///   in which they are learned from. It must neither allocate nor leave one out.
struct ByUser {
  /// The function that runs one epoch. Takes 4 bytes a user.
  template <class Scalar>
  [[nodiscard]] auto start(const SparseMatrixView<Scalar>& ratings) const {
    std::vector<Index> users(static_cast<std::size_t>(ratings.rows()));
    return [users = std::move(users)](Random& random, auto&& visit) mutable {
      std::iota(users.begin(), users.end(), 0);
      random.shuffle(std::span(users));
      for (const Index user : users) visit(user);
    };
  }

  /// A random order, all equally likely.
  static void arrange(std::span<Index> positions, Random& random) noexcept { random.shuffle(positions); }
};

/// Users and their ratings as they are stored; draws no random numbers.
struct Sequential {
  /// The function that runs one epoch.
  template <class Scalar>
  [[nodiscard]] auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [users = static_cast<Index>(ratings.rows())](Random&, auto&& visit) {
      for (Index user = 0; user < users; ++user) visit(user);
    };
  }

  /// As they are stored.
  static void arrange(std::span<Index>, Random&) noexcept {}
};

/// All ratings, each once an epoch, in a random order. Takes 8 bytes a rating for the order.
///
/// This is also the pattern for a sampler of one's own that yields single ratings: it has no `arrange`, and its epoch
/// calls `visit(user, position)`, where `position` counts within the user's row.
struct Shuffled {
  /// The function that runs one epoch.
  template <class Scalar>
  [[nodiscard]] auto start(const SparseMatrixView<Scalar>& ratings) const {
    std::vector<Size> order(static_cast<std::size_t>(ratings.nonzeros()));
    return [ratings, order = std::move(order)](Random& random, auto&& visit) mutable {
      std::iota(order.begin(), order.end(), Size{0});
      random.shuffle(std::span(order));
      for (const Size rating : order) {
        const Size user = ratings.user_of(rating);
        visit(static_cast<Index>(user), static_cast<Index>(rating - ratings.offset(user)));
      }
    };
  }
};

/// As many ratings an epoch as there are, each drawn from all of them, with replacement: the lecture's order.
struct Uniform {
  /// The function that runs one epoch. A draw takes O(log users) to find its user.
  template <class Scalar>
  [[nodiscard]] auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [ratings](Random& random, auto&& visit) {
      const auto count = static_cast<std::uint64_t>(ratings.nonzeros());
      for (std::uint64_t draw = 0; draw < count; ++draw) {
        const auto rating = static_cast<Size>(random.below(count));
        const Size user = ratings.user_of(rating);
        visit(static_cast<Index>(user), static_cast<Index>(rating - ratings.offset(user)));
      }
    };
  }
};

}  // namespace v0_1
}  // namespace asysvd
