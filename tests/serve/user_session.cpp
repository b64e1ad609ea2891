// SPDX-License-Identifier: MIT
// A session against folding its profile in from scratch, after any sequence of edits.
#include <asysvd/serve/user_session.hpp>

#include <doctest/doctest.h>

#include <asysvd/model.hpp>
#include <asysvd/ranking_model.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "any_model.hpp"

using namespace asysvd;

namespace {

using Model = AsySVD<double, Sequential>;
static_assert(std::constructible_from<UserSession<Model>, const Model&>);
static_assert(!std::constructible_from<UserSession<Model>, Model>, "a temporary would be gone");

template <class Scalar, class Feedback>
using Variant = std::pair<Scalar, Feedback>;

template <class Scalar, class Feedback = FullFeedback>
AsySVD<Scalar, Sequential, Feedback> any_model(int factors = 7) {
  return test::any_model<AsySVD<Scalar, Sequential, Feedback>>(0, 40, {.factors = factors});
}

/// An edit drawn at random, to a session and to a profile.
template <class Session>
void edit(Session& session, Profile<typename Session::Scalar>& profile, Random& random) {
  const auto item = static_cast<Index>(random.below(40u));
  switch (random.below(4u)) {
    case 0:
      CHECK(session.erase(item) == profile.erase(item));
      break;
    case 1:
      session.add_unrated(item);
      profile.add_unrated(item);
      break;
    default:
      const auto rating = static_cast<typename Session::Scalar>(1 + random.below(5u));
      session.set(item, rating);
      profile.set(item, rating);
  }
}

template <class Session, class Model>
double largest_difference(const Session& session, const Model& model, const Profile<typename Model::Scalar>& profile) {
  double largest = 0;
  for (Index item = 0; item < 40; ++item) {
    largest = std::max(largest, std::abs(static_cast<double>(session.score(item) - model.score(profile, item))));
  }
  return largest;
}

}  // namespace

TEST_CASE_TEMPLATE("after each edit, a session serves what the model gives for its profile", V,
                   Variant<float, FullFeedback>, Variant<float, RawFeedback>, Variant<double, FullFeedback>,
                   Variant<double, ExplicitFeedback>, Variant<double, ImplicitFeedback>, Variant<double, RawFeedback>) {
  using Scalar = typename V::first_type;
  const double tolerance = sizeof(Scalar) == 4 ? 1e-5 : 1e-12;
  const auto model = any_model<Scalar, typename V::second_type>();
  UserSession session(model);
  Profile<Scalar> profile;
  CHECK(largest_difference(session, model, profile) < tolerance);
  Random random(1);
  double moved = 0;
  for (int edits = 0; edits < 300; ++edits) {
    const auto before = session.score(5);
    edit(session, profile, random);
    moved = std::max(moved, std::abs(static_cast<double>(session.score(5) - before)));
    REQUIRE(largest_difference(session, model, profile) < tolerance);
    REQUIRE(std::ranges::equal(session.profile().view().items, profile.view().items));
    REQUIRE(std::ranges::equal(session.profile().view().unrated, profile.view().unrated));
  }
  CHECK(moved > 0.01);

  std::vector<Scalar> scores(40);
  session.scores(scores);
  for (Index item = 0; item < 40; ++item) CHECK(scores[item] == session.score(item));
  CHECK(session.predict(3) == doctest::Approx(model.predict(profile, 3)));
  const auto top = session.recommend({.count = 5}, [](Index item) { return item % 2 == 0; });
  const auto expected = model.recommend(profile, {.count = 5}, [](Index item) { return item % 2 == 0; });
  REQUIRE(top.size() == expected.size());
  for (std::size_t n = 0; n < top.size(); ++n) CHECK(top[n].item == expected[n].item);
  const auto why = session.explain(9);
  double sum = why.bias;
  for (const auto& share : why.shares) sum += share.share;
  CHECK(sum == doctest::Approx(why.prediction));
  CHECK(why.prediction == session.score(9));
  const auto parts = V::second_type::has_implicit ? profile.view().implicit_size() : profile.size();
  CHECK(why.shares.size() == static_cast<std::size_t>(parts));
}

TEST_CASE("a million edits leave no drift") {
  const auto model = any_model<float>(32);
  UserSession session(model);
  Profile<float> profile;
  Random random(2);
  double largest = 0;
  for (int edits = 0; edits < 1'000'000; ++edits) {
    edit(session, profile, random);
    if (edits % 1000 == 0 || edits == 999'999) largest = std::max(largest, largest_difference(session, model, profile));
  }
  CHECK(session.profile().size() > 5);
  MESSAGE("largest difference from a fold-in: ", largest);
  CHECK(largest < 1e-5);
}

TEST_CASE("a session begins with a profile, and a copy of it goes its own way") {
  const auto model = any_model<double>();
  Profile<double> profile{{3, 5.0}, {7, 1.0}};
  profile.add_unrated(9);
  const UserSession session(model, profile);
  CHECK(largest_difference(session, model, profile) < 1e-12);
  auto other = session;
  CHECK(other.erase(3));
  CHECK_FALSE(other.erase(3));
  CHECK(other.score(5) != session.score(5));
  CHECK(largest_difference(session, model, profile) < 1e-12);
}

TEST_CASE("sessions serve ranking models, whose ratings are weighed") {
  const auto model = test::any_model<RankingModel<double>>(0, 40, {.factors = 6}, InteractionFeedback::at_least(3));
  UserSession session(model);
  Profile<double> profile;
  for (const auto& [item, rating] : {std::pair(3, 5.0), std::pair(8, 2.0), std::pair(9, 3.0), std::pair(3, 1.0)}) {
    session.set(item, rating);
    profile.set(item, rating);
    CHECK(largest_difference(session, model, profile) < 1e-12);
  }
  CHECK(session.score(5) != 0);
}

TEST_CASE("a session takes the profiles that the model takes, for what the model takes them for") {
  const auto model = any_model<double>();
  const auto check = [&](bool taken, const std::vector<Index>& items, const std::vector<double>& ratings,
                         const std::vector<Index>& unrated) {
    const ProfileView<double> profile{items, ratings, unrated};
    if (taken) {
      const UserSession session(model, profile);
      for (Index item = 0; item < 40; ++item) CHECK(std::abs(session.score(item) - model.score(profile, item)) < 1e-12);
    } else {
      CHECK_THROWS_AS((void)UserSession(model, profile), std::invalid_argument);
      CHECK_THROWS_AS((void)model.score(profile, 5), std::invalid_argument);
      CHECK_THROWS_AS((void)model.recommend(profile), std::invalid_argument);
      CHECK_THROWS_AS((void)model.explain(profile, Index{5}), std::invalid_argument);
    }
  };
  check(true, {9, 3, 7}, {5, 1, 2}, {});
  check(true, {3, 7, 9}, {1, 2, 5}, {39, 0, 8});
  check(true, {}, {}, {2, 1});
  check(false, {3, 3}, {1, 5}, {});
  check(false, {3, 7, 3}, {1, 2, 5}, {});
  check(false, {3, 7}, {1, 2}, {7});
  check(false, {3, 7}, {1, 2}, {9, 8, 9});
  check(false, {3, 7}, {1}, {});
  check(false, {3, 40}, {1, 2}, {});
  check(false, {3}, {1}, {-1});
  check(false, {3}, {std::numeric_limits<double>::infinity()}, {});
  const std::vector<Index> twice{7, 3, 7};
  const std::vector<double> ratings{1, 2, 5};
  CHECK_THROWS_WITH_AS((void)model.score(ProfileView<double>{twice, ratings}, 5),
                       "asysvd::AsySVD::score: item is 7; expected once in a profile", std::invalid_argument);
}

TEST_CASE("a session keeps a shared model alive") {
  auto model = std::make_shared<const AsySVD<double, Sequential>>(any_model<double>());
  const std::weak_ptr<const AsySVD<double, Sequential>> watched = model;
  UserSession session(model);
  model.reset();
  CHECK_FALSE(watched.expired());
  session.set(3, 4.0);
  CHECK(session.score(5) == doctest::Approx(session.model().score(session.profile(), 5)));
  const UserSession of_another(std::make_shared<AsySVD<double, Sequential>>(any_model<double>()),
                               Profile<double>{{1, 2.0}});
  CHECK(of_another.profile().size() == 1);
  CHECK_THROWS_AS(UserSession(std::shared_ptr<const AsySVD<double, Sequential>>{}), std::invalid_argument);
}

TEST_CASE("a rating far beyond all others leaves nothing when it is corrected") {
  const auto model = any_model<double>();
  UserSession session(model);
  Profile<double> profile{{3, 4.0}, {7, 1.0}, {9, 5.0}};
  for (const auto& [item, rating] : {std::pair(7, 1.0), std::pair(9, 5.0), std::pair(3, 1e17), std::pair(3, 4.0)}) {
    session.set(item, rating);
  }
  CHECK(largest_difference(session, model, profile) < 1e-12);
}

TEST_CASE("an edit that is refused changes nothing") {
  const auto model = any_model<double>();
  UserSession session(model);
  session.set(3, 4.0);
  const auto before = session.score(5);
  CHECK_THROWS_WITH_AS(session.set(40, 1.0),
                       "asysvd::UserSession::set: item is 40; expected 0 to 39, an item of the training matrix",
                       std::invalid_argument);
  CHECK_THROWS_AS(session.set(4, std::numeric_limits<double>::infinity()), std::invalid_argument);
  CHECK_THROWS_AS(session.add_unrated(-1), std::invalid_argument);
  CHECK_THROWS_AS((void)session.score(40), std::invalid_argument);
  CHECK_THROWS_AS((UserSession(model, Profile<double>{{40, 1.0}})), std::invalid_argument);
  CHECK(session.score(5) == before);
  CHECK(session.profile().size() == 1);
}
