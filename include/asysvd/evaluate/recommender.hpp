// SPDX-License-Identifier: MIT
/// \file
/// What can be judged by its recommendations.
#pragma once

#include <concepts>
#include <vector>

#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>

namespace asysvd {

/// Recommends some of `items()` items, best first, those that the user has rated left out. `ranking` asks for the
/// users of the test matrix, also such as the training matrix does not have. `Popularity` is an example.
template <class R>
concept Recommender = requires(const R& recommender, Index user, const RecommendOptions& wanted) {
  typename R::Scalar;
  { recommender.items() } -> std::convertible_to<Size>;
  { recommender.recommend(user, wanted) } -> std::same_as<std::vector<ScoredItem<typename R::Scalar>>>;
};

/// A recommender that knows the users of its training matrix by index and anybody else by profile, as `AsySVD` does.
template <class R>
concept FoldInRecommender = Recommender<R> &&
    requires(const R& recommender, ProfileView<typename R::Scalar> profile, const RecommendOptions& wanted) {
  { recommender.users() } -> std::convertible_to<Size>;
  { recommender.recommend(profile, wanted) } -> std::same_as<std::vector<ScoredItem<typename R::Scalar>>>;
};

namespace detail {

/// Somebody beyond the training matrix is somebody of whom nothing is known: an empty profile.
template <Recommender R>
[[nodiscard]] std::vector<ScoredItem<typename R::Scalar>> recommend_to_anybody(const R& recommender, Index user,
                                                                               const RecommendOptions& wanted) {
  if constexpr (FoldInRecommender<R>) {
    if (user >= recommender.users()) return recommender.recommend(ProfileView<typename R::Scalar>{}, wanted);
  }
  return recommender.recommend(user, wanted);
}

}  // namespace detail

}  // namespace asysvd
