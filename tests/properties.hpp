// SPDX-License-Identifier: MIT
// Matrices at the edges of what ratings can be, and what has to hold of any model of them.
#pragma once

#include <asysvd/io/safetensors.hpp>
#include <asysvd/model.hpp>
#include <asysvd/random.hpp>
#include <asysvd/serve/user_session.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"
#include "temporary_file.hpp"

namespace asysvd::test {

template <class Scalar>
using Named = std::pair<std::string, SparseMatrix<Scalar>>;

/// Users × items, of which `value(user, item)` is the rating, if it is one.
template <class Scalar, class Value>
SparseMatrix<Scalar> ratings_by(Index users, Index items, const Value& value) {
  std::vector<Rating<Scalar>> triplets;
  for (Index user = 0; user < users; ++user) {
    for (Index item = 0; item < items; ++item) {
      const double rating = value(user, item);
      if (!std::isnan(rating)) triplets.push_back({user, item, static_cast<Scalar>(rating)});
    }
  }
  return SparseMatrix<Scalar>::from_triplets(users, items, triplets);
}

template <class Scalar>
std::vector<Named<Scalar>> edge_cases(std::uint64_t seed) {
  Random random(seed);
  const auto some = [&](double value) { return random.below(3u) == 0 ? std::nan("") : value; };
  const auto sign = [&] { return random.below(2u) == 0 ? -1.0 : 1.0; };
  std::vector<Named<Scalar>> all;
  const auto add = [&](const char* name, Index users, Index items, const auto& value) {
    all.emplace_back(name, ratings_by<Scalar>(users, items, value));
  };
  // Among these are a user without ratings, one with all of them, and an item without any.
  all.emplace_back("random stars", random_ratings<Scalar>(9, 7, 6, seed));
  add("one rating", 1, 1, [](Index, Index) { return 4.0; });
  add("one rating among nothing", 3, 4, [](Index u, Index i) { return u == 1 && i == 2 ? 4.0 : std::nan(""); });
  add("one user", 1, 8, [&](Index, Index i) { return i + 1.0; });
  add("one item", 8, 1, [&](Index u, Index) { return u + 1.0; });
  add("all the same", 5, 6, [&](Index, Index) { return some(3.7); });
  add("zeros", 5, 6, [&](Index, Index) { return some(0.0); });
  add("negative", 5, 6, [&](Index, Index i) { return some(-1.0 - i); });
  add("of either sign", 5, 6, [&](Index u, Index i) { return some((u + i) % 2 == 0 ? 2.5 : -2.5); });
  add("huge", 5, 6, [&](Index, Index) { return some(sign() * 1e30); });
  add("tiny", 5, 6, [&](Index, Index) { return some(sign() * 1e-30); });
  add("small and huge", 5, 6, [&](Index u, Index i) { return some((u * i) % 4 == 3 ? 1e30 : 1.0); });
  add("duplicated rows", 6, 5, [&](Index, Index i) { return i % 2 == 0 ? i + 1.0 : std::nan(""); });
  return all;
}

/// That b is a up to the rounding of terms as large as `magnitude`.
template <class Scalar>
bool close(double a, double b, double magnitude) {
  return std::abs(a - b) <= (sizeof(Scalar) == 4 ? 1e-4 : 1e-11) * magnitude;
}

/// Items by score, best first, out of the score of each.
template <class Model>
std::vector<ScoredItem<typename Model::Scalar>> by_brute_force(const Model& model, Index user, Size count) {
  std::vector<ScoredItem<typename Model::Scalar>> all;
  const auto seen = model.ratings().row(user).items;
  for (Index item = 0; item < model.items(); ++item) {
    if (std::ranges::find(seen, item) == seen.end()) all.push_back({item, model.score(user, item)});
  }
  std::ranges::sort(
      all, [](const auto& a, const auto& b) { return std::pair(-a.score, a.item) < std::pair(-b.score, b.item); });
  all.resize(std::min(all.size(), static_cast<std::size_t>(count)));
  return all;
}

/// How large terms of an explanation are: its shares. Of a model for ranking also their own terms, each the product of two
/// factors, which cancel where all that counts of somebody has nothing to do with an item.
template <class Model>
double magnitude_of(const Model& model, const Explanation<typename Model::Scalar>& why,
                    ProfileView<typename Model::Scalar> profile, Index item) {
  const auto& p = model.parameters();
  double sum = std::abs(why.bias) + std::abs(p.mean);
  for (const auto& share : why.shares) sum += std::abs(share.share);
  if constexpr (std::same_as<std::remove_cvref_t<decltype(model.feedback())>, InteractionFeedback>) {
    FactorMatrix<typename Model::Scalar> factors(1, p.factors());
    detail::user_factors(p, model.feedback(), profile, model.options().user_shrinkage, factors.data(0));
    sum += factors.row(0).norm() * p.q.row(item).norm();
  }
  return sum;
}

/// That `session` serves what the model gives for its profile.
template <class Model>
void check_session(const Model& model, const UserSession<Model>& session) {
  const auto profile = session.profile().view();
  for (Index item = 0; item < model.items(); ++item) {
    const auto why = model.explain(profile, item);
    CAPTURE(item);
    CHECK(close<typename Model::Scalar>(session.score(item), why.prediction, magnitude_of(model, why, profile, item)));
  }
}

/// That a fitted model holds numbers alone, and that whatever it answers agrees.
template <class Model>
void check_model(const Model& model) {
  using Scalar = typename Model::Scalar;
  const auto& p = model.parameters();
  REQUIRE(p.all_finite());
  const auto& ratings = model.ratings();
  for (Index user = 0; user < model.users(); ++user) {
    CAPTURE(user);
    for (Index item = 0; item < model.items(); ++item) {
      const Scalar score = model.score(user, item), prediction = model.predict(user, item);
      CAPTURE(item);
      REQUIRE(detail::is_finite(score));
      CHECK((prediction >= p.min_rating && prediction <= p.max_rating));
      const auto why = model.explain(user, item);
      const double magnitude = magnitude_of(model, why, ratings.row(user), item);
      double sum = why.bias;
      for (const auto& share : why.shares) {
        REQUIRE(detail::is_finite(share.without));
        sum += share.share;
      }
      CHECK(why.shares.size() == ratings.row(user).items.size());
      CHECK(close<Scalar>(sum, why.prediction, magnitude));
      CHECK(close<Scalar>(score, why.prediction, magnitude));
    }
    for (const Size count : {1, 3, 100})
      CHECK(model.recommend(user, {.count = count}) == by_brute_force(model, user, count));
    UserSession session(model, ratings.row(user));
    check_session(model, session);
    const Profile<Scalar> before(ratings.row(user));
    if (before.empty()) continue;
    const Index first = before.view().items.front();
    session.erase(first);
    check_session(model, session);
    session.set(first, *before.rating(first));
    check_session(model, session);
  }
  model.recommend_all({.count = 3, .threads = 2},
                      [&](Index user, const auto& list) { CHECK(list == model.recommend(user, {.count = 3})); });

  const TemporaryFile file("");
  save(model, file.path());
  auto again = load<Model>(file.path());
  again.set_ratings(ratings);
  CHECK(same_bits(model, again));
  for (Index item = 0; item < model.items(); ++item) CHECK(model.score(0, item) == again.score(0, item));
}

}  // namespace asysvd::test
