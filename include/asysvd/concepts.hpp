// SPDX-License-Identifier: MIT
/// \file
/// What a sampler has to be. `FeedbackPolicy` stands in feedback.hpp, `FitObserver` in train/report.hpp.
#pragma once

#include <concepts>
#include <span>

#include <asysvd/feedback.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

namespace detail {

/// Stand-ins for what a sampler's epoch calls.
struct VisitUser {
  void operator()(Index) const noexcept {}
};
struct VisitRating {
  void operator()(Index, Index) const noexcept {}
};

}  // namespace detail

/// Yields whole users: its epoch calls `visit(user)`, and `arrange` orders the ratings of one user. Because all the
/// samples of a user follow each other, the exact user pass applies.
template <class S, class Scalar = float>
concept UserSampler = std::copyable<S> &&
    requires(const S& sampler, SparseMatrixView<Scalar> ratings, Random& random, std::span<Index> positions) {
  sampler.arrange(positions, random);
  sampler.start(ratings)(random, detail::VisitUser{});
};

/// Yields single ratings: its epoch calls `visit(user, position)`. Nothing is known of what comes next, so each step
/// touches the whole profile.
template <class S, class Scalar = float>
concept RatingSampler = std::copyable<S> && !requires(const S& sampler, Random& random, std::span<Index> positions) {
  sampler.arrange(positions, random);
}
&&requires(const S& sampler, SparseMatrixView<Scalar> ratings, Random& random) {
  sampler.start(ratings)(random, detail::VisitRating{});
};

/// Either kind.
template <class S, class Scalar = float>
concept Sampler = UserSampler<S, Scalar> || RatingSampler<S, Scalar>;

}  // namespace v0_1
}  // namespace asysvd
