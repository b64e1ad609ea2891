// SPDX-License-Identifier: MIT
/// \file
/// One user, whose profile changes while they are served.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/serve/detail/profile_sums.hpp>
#include <asysvd/serve/detail/served_user.hpp>
#include <asysvd/serve/explanation.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A profile and what a model makes of it, kept current: what `AsySVD` gives for `profile()`, up to rounding, without
/// folding it in each time. The factors are made of sums over the profile, see detail/profile_sums.hpp, each of which
/// changes by one row when one rating does. So an edit takes O(k), O(1) for the biases, besides a place in a sorted
/// array, whatever the length of the profile: in the mean, for the sums, which are kept in `double`, are made anew
/// after as many edits as the profile has items, and when a rating goes that is far outside those of training, so that
/// no rounding adds up.
///
/// ```cpp
/// UserSession session(model);
/// session.set(12, 5.0f);
/// auto top = session.recommend({.count = 10});
/// ```
///
/// What the model learned must stay as it is: to fit it again, make a session of the new one. Const functions may be
/// called from many threads at once, edits not at the same time as anything else. An edit that throws changes nothing.
/// A copy is a session of its own: to see what an edit would change, edit a copy.
template <class Model>
class UserSession {
 public:
  using Scalar = typename Model::Scalar;                                                    ///< of the model
  using Feedback = std::remove_cvref_t<decltype(std::declval<const Model&>().feedback())>;  ///< of the model
  static_assert(
      !(WeighingFeedback<Feedback> && Feedback::has_biases),
      "the offset of the user moves what such a policy weighs, all of it at each edit: fold the profile in instead");

  /// Borrows a fitted model, which must outlive the session. Throws `std::invalid_argument` where the model would for
  /// this profile.
  explicit UserSession(const Model& model, ProfileView<Scalar> profile = {})
      : UserSession(std::shared_ptr<const Model>(std::shared_ptr<const Model>{}, &model), profile) {}
  explicit UserSession(const Model&& model, ProfileView<Scalar> profile = {}) = delete;
  /// Shares the model, which may be replaced by another one elsewhere in the meantime. Throws `std::invalid_argument`
  /// also if there is none.
  explicit UserSession(std::shared_ptr<const Model> model, ProfileView<Scalar> profile = {})
      : model_(there_is(std::move(model))), factors_(1, parameters().factors()) {
    profile.validate("UserSession", parameters().items());
    profile_ = Profile<Scalar>(profile);
    sum_up();
    refresh();
  }

  /// Adds a rating, or changes it. Throws `std::invalid_argument` if the item is not of the training matrix or the
  /// rating not finite.
  void set(Index item, Scalar rating) {
    require_item("UserSession::set", item);
    const auto before = profile_.rating(item);
    const bool unrated = profile_.is_unrated(item);
    profile_.set(item, rating);
    if (before) {
      take_rating(item, *before);
    } else if (!unrated) {
      add_implicit(item, 1);
    }
    add_rating(item, rating, 1);
    edited();
  }

  /// Adds an item of N(u) without a rating; nothing changes if it is in the profile. Throws `std::invalid_argument` if
  /// it is not of the training matrix.
  void add_unrated(Index item) {
    require_item("UserSession::add_unrated", item);
    if (profile_.rating(item) || profile_.is_unrated(item)) return;
    profile_.add_unrated(item);
    add_implicit(item, 1);
    edited();
  }

  /// Takes an item out of the profile, rated or not; false if it was not there.
  bool erase(Index item) {
    const auto before = profile_.rating(item);
    if (!profile_.erase(item)) return false;
    if (before) take_rating(item, *before);
    add_implicit(item, -1);
    edited();
    return true;
  }

  /// The rating that the user would give `item`, clamped as that of the model. O(k), as `score`.
  [[nodiscard]] Scalar predict(Index item) const {
    return std::clamp(score(item), parameters().min_rating, parameters().max_rating);
  }
  /// r̂ without the clamp. O(k). Throws `std::invalid_argument` if the item is not of the model.
  [[nodiscard]] Scalar score(Index item) const {
    require_item("UserSession::score", item);
    return detail::score(parameters(), user(), item);
  }
  /// The score of every item, by item. O(items · k).
  void scores(std::span<Scalar> out) const {
    detail::require(static_cast<Size>(out.size()) == parameters().items(), "UserSession::scores", "out.size()",
                    out.size(), "the number of items");
    detail::scores(parameters(), user(), 0, out);
  }

  /// As `AsySVD::recommend`. O(items · k).
  template <class Filter = AnyItem>
  requires std::predicate<Filter&, Index>
  [[nodiscard]] std::vector<ScoredItem<Scalar>> recommend(const RecommendOptions& wanted = {},
                                                          Filter&& filter = {}) const {
    return detail::best_items("UserSession::recommend", parameters(), user(), profile_.view().items, wanted, filter);
  }

  /// As `AsySVD::explain`, of an item or a list. O(n·k).
  [[nodiscard]] Explanation<Scalar> explain(Index item) const {
    require_item("UserSession::explain", item);
    return explanation(detail::served_item(parameters(), item));
  }
  /// \overload
  [[nodiscard]] Explanation<Scalar> explain(std::span<const ScoredItem<Scalar>> list) const {
    for (const auto& scored : list) require_item("UserSession::explain", scored.item);
    return explanation(detail::MeanItem<Scalar>("UserSession::explain", parameters(), list));
  }

  [[nodiscard]] const Profile<Scalar>& profile() const noexcept { return profile_; }  ///< as it is now
  [[nodiscard]] const Model& model() const noexcept { return *model_; }  ///< that was borrowed or is shared

 private:
  using Sums = detail::ProfileSums<Eigen::ArrayXd, Feedback>;

  [[nodiscard]] static std::shared_ptr<const Model> there_is(std::shared_ptr<const Model> model) {
    detail::require(model != nullptr, "UserSession", "model", "null", "a fitted model");
    return model;
  }
  [[nodiscard]] const Parameters<Scalar>& parameters() const noexcept { return model_->parameters(); }
  [[nodiscard]] detail::ServedUser<Scalar> user() const noexcept { return {bias_, factors_.data(0)}; }

  [[nodiscard]] Explanation<Scalar> explanation(const detail::ServedItem<Scalar>& item) const {
    return detail::explanation(parameters(), model_->feedback(), model_->options().user_shrinkage, user(),
                               profile_.view(), item);
  }

  void require_item(std::string_view function, Index item) const {
    detail::require_item(function, item, parameters().items());
  }

  void add_rating(Index item, Scalar rating, double times) {
    sums_.add_rating(
        parameters(), model_->feedback(), item, rating, [&](Index j) { return in_double(parameters().x, j); }, times);
  }
  void add_implicit(Index item, double times) {
    sums_.add_implicit(
        item, [&](Index j) { return in_double(parameters().y, j); }, times);
  }
  [[nodiscard]] static auto in_double(const FactorMatrix<Scalar>& rows, Index item) {
    return rows.row(item).template cast<double>().array();
  }
  /// Takes away what a rating brought. The sums forget all others beside one that is far larger: then they are stale.
  void take_rating(Index item, Scalar rating) {
    add_rating(item, rating, -1);
    const auto& p = parameters();
    const double range = 100 * (static_cast<double>(p.max_rating) - p.min_rating + 1);
    stale_ = stale_ || rating < p.min_rating - range || rating > p.max_rating + range;
  }

  void sum_up() {
    // In place, since by now the profile has been edited: nothing may fail for want of memory.
    for (auto* sum : {&sums_.weighed_x, &sums_.x, &sums_.y}) sum->setZero(parameters().factors());
    sums_.above_item_baselines = sums_.above_item_biases = 0;
    const auto all = profile_.view();
    for (std::size_t t = 0; t < all.items.size(); ++t) {
      add_rating(all.items[t], all.ratings[t], 1);
      add_implicit(all.items[t], 1);
    }
    for (const Index item : all.unrated) add_implicit(item, 1);
    edits_ = 0;
    stale_ = false;
  }

  void edited() {
    if (++edits_ > profile_.view().implicit_size() || stale_) sum_up();
    refresh();
  }

  /// b_u and p_u from the sums. O(k).
  void refresh() {
    const auto all = profile_.view();
    const double shrinkage = model_->options().user_shrinkage;
    bias_ = static_cast<Scalar>(sums_.user_bias(all.size(), shrinkage));
    factors_.row(0).array() =
        sums_.user_factors(model_->feedback(), all.size(), all.implicit_size(), shrinkage).template cast<Scalar>();
  }

  std::shared_ptr<const Model> model_;
  Profile<Scalar> profile_;
  FactorMatrix<Scalar> factors_;  // p_u
  Scalar bias_ = 0;               // b_u
  Sums sums_{Eigen::ArrayXd{}};
  Size edits_ = 0;  // since the sums were made anew
  bool stale_ = false;
};

/// A pointer to a model that may change makes a session like one to a model that may not.
template <class Model, class... Profile>
UserSession(std::shared_ptr<Model>, Profile&&...) -> UserSession<std::remove_const_t<Model>>;

}  // namespace v0_1
}  // namespace asysvd
