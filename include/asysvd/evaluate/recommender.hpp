// SPDX-License-Identifier: MIT
/// \file
/// What can be judged by its recommendations.
#pragma once

#include <concepts>
#include <string_view>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix.hpp>

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

}  // namespace detail

}  // namespace asysvd
