// SPDX-License-Identifier: MIT
/// \file
/// What can be judged by its recommendations.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/detail/recommend_all.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

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

/// A recommender that tells the score of any of its items for any user, not of the best alone, and is safe for
/// concurrent use. One that knows only the users of its training matrix by index scores anybody else by profile.
template <class R>
concept ScoringRecommender = Recommender<R> &&
    requires(const R& recommender, Index user, ProfileView<typename R::Scalar> profile, Index item) {
  { recommender.score(user, item) } -> std::convertible_to<typename R::Scalar>;
  requires !FoldInRecommender<R> || requires {
    { recommender.score(profile, item) } -> std::convertible_to<typename R::Scalar>;
  };
};

namespace detail {

/// Tells the scores of all items for a user at once, those that `score` gives.
template <class R>
concept BatchScoringRecommender = ScoringRecommender<R> &&
    requires(const R& recommender, Index user, ProfileView<typename R::Scalar> profile,
             std::span<typename R::Scalar> out) {
  recommender.scores(user, out);
  requires !FoldInRecommender<R> || requires {
    recommender.scores(profile, out);
  };
};

/// Scores by factors, μ + b_u + b_i + p_u·q_i: those of many users at once come of a matrix product.
template <class R>
concept FactorRecommender = FoldInRecommender<R> && ScoringRecommender<R> && requires(const R& recommender) {
  { recommender.parameters() } -> std::same_as<const Parameters<typename R::Scalar>&>;
  { recommender.user_factors() } -> std::same_as<const FactorMatrix<typename R::Scalar>&>;
  { recommender.ratings() } -> std::same_as<const SparseMatrixView<typename R::Scalar>&>;
};

/// What `recommend_all` does, and shows the looks of `new_look()` what the lists come of: see `BlockRecommender`.
template <FactorRecommender R, class Receiver, class NewLook>
void recommend_all_and_show(const R& recommender, const RecommendAllOptions& wanted, Receiver&& receive,
                            const NewLook& new_look) {
  require(recommender.ratings().rows() == recommender.users(), "recommend_all", "number of users with ratings",
          recommender.ratings().rows(), "all of them; see set_ratings");
  const auto& parameters = recommender.parameters();
  const auto exact = [&](Index user, Index item) { return recommender.score(user, item); };
  const auto offset = [&](Size user) { return parameters.mean + parameters.user_bias[user]; };
  const BlockRecommender lists_of(recommender.user_factors(), parameters.q, parameters.item_bias, recommender.ratings(),
                                  wanted, exact, offset);
  lists_of.deliver(receive, new_look);
}

/// Somebody beyond the training matrix is somebody of whom nothing is known: an empty profile.
template <Recommender R>
[[nodiscard]] std::vector<ScoredItem<typename R::Scalar>> recommend_to_anybody(const R& recommender, Index user,
                                                                               const RecommendOptions& wanted) {
  if constexpr (FoldInRecommender<R>) {
    if (user >= recommender.users()) return recommender.recommend(ProfileView<typename R::Scalar>{}, wanted);
  }
  return recommender.recommend(user, wanted);
}

template <Recommender R>
void require_judgeable(std::string_view function, const R& recommender,
                       const SparseMatrixView<typename R::Scalar>& train,
                       const SparseMatrixView<typename R::Scalar>& test) {
  require(test.nonzeros() > 0, function, "number of test ratings", test.nonzeros(), "at least 1");
  if constexpr (FoldInRecommender<R>) {
    require(train.rows() <= recommender.users(), function, "train.rows()", train.rows(),
            "at most the number of users that the model was trained on");
  }
  train.validate();
  test.validate();
}

/// Users with a test rating.
template <std::floating_point Scalar>
[[nodiscard]] std::vector<Index> users_to_judge(const SparseMatrixView<Scalar>& test) {
  std::vector<Index> users;
  for (Size user = 0; user < test.rows(); ++user) {
    if (!test.row(user).empty()) users.push_back(static_cast<Index>(user));
  }
  return users;
}

/// How many of `users`, which are in ascending order, the recommender knows; 0 if they are less than half of those that
/// it knows, so that much would be wasted in serving all of them.
template <FoldInRecommender R>
[[nodiscard]] std::size_t users_of_a_batch(const R& recommender, std::span<const Index> users) {
  const auto known = std::ranges::lower_bound(users, Size{recommender.users()}) - users.begin();
  return 2 * known < Size{recommender.users()} ? 0 : static_cast<std::size_t>(known);
}

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd
