// SPDX-License-Identifier: MIT
/// \file
/// Asymmetric SVD: fit, predict, recommend, explain.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asysvd/concepts.hpp>
#include <asysvd/data/join.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/detail/recommend_all.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/serve/detail/served_user.hpp>
#include <asysvd/serve/explanation.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/detail/epoch.hpp>
#include <asysvd/train/detail/new_items.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/fit.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/report.hpp>
#include <asysvd/train/sampler.hpp>
#include <asysvd/train/step.hpp>
#include <asysvd/train/trainer.hpp>
#include <asysvd/train/validation.hpp>
#include <asysvd/version.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A factor count that is known at run time only.
inline constexpr int Dynamic = Eigen::Dynamic;

/// Asymmetric SVD (Koren, "Factorization meets the neighborhood", KDD 2008):
///
///     r̂_ui = μ + b_u + b_i + p_u·q_i,   p_u = Σ_{j ∈ R(u)} c_j x_j + Σ_{j ∈ N(u)} d y_j
///
/// N(u) is R(u), unless the ratings come with more, see `SparseMatrixView::with_implicit`. A user is not a parameter
/// but a function of a profile; see `FeedbackPolicy` for c_j and d. So anybody who has rated something can be served,
/// without another fit.
///
/// \tparam ScalarType  `float` or `double`; losses and means are added up in `double` either way.
/// \tparam Sampler   the order of learning; a `UserSampler` learns at O(k) a rating, a `RatingSampler` at O(n·k).
/// \tparam Feedback  which parts p_u has.
/// \tparam Factors   k, where it is known at compile time; then `Options::factors` is ignored.
/// \tparam Step      what a single rating does under a `RatingSampler`.
///
/// A function that names a user by index means a user of the training matrix, whose ratings the model goes on reading.
/// It shares those of a `SparseMatrix`; where it was fitted to anything else, such as an Eigen matrix, that must
/// outlive these calls. One that takes a profile throws `std::invalid_argument` unless each item of it is of the
/// training matrix, there once, and rated by a finite number. Const functions may be called from many threads at once.
template <std::floating_point ScalarType, class Sampler = ByUser, FeedbackPolicy Feedback = FullFeedback,
          int Factors = Dynamic, class Step = GradientStep>
requires asysvd::Sampler<Sampler, ScalarType> &&(Factors == Dynamic || Factors >= 1) class AsySVD {
 public:
  using Scalar = ScalarType;  ///< of ratings, factors and scores

  /// An unfitted model. Throws `std::invalid_argument` if an option is out of its range.
  explicit AsySVD(const Options& options = {}, Sampler sampler = {}, Feedback feedback = {})
      : options_(options), sampler_(std::move(sampler)), feedback_(std::move(feedback)) {
    if constexpr (Factors != Dynamic) {
      options_.factors = Factors;
      options_.members = 1;
    }
    options_.validate();
  }

  /// A model with parameters from elsewhere, of a fit with these options. Throws `std::invalid_argument` if their
  /// shapes do not fit each other. It serves profiles at once, and users by index after `set_ratings`.
  [[nodiscard]] static AsySVD restore(Options options, Parameters<Scalar> parameters, Sampler sampler = {},
                                      Feedback feedback = {}) {
    options.factors = parameters.factors();
    if constexpr (Factors != Dynamic) {
      detail::require(parameters.factors() == Factors, "AsySVD::restore", "factors", parameters.factors(),
                      "as many as the type of the model has");
    }
    parameters.template validate<Feedback>();
    AsySVD model(options, std::move(sampler), std::move(feedback));
    model.parameters_ = std::move(parameters);
    return model;
  }

  /// Learns from `ratings`, from scratch. Calls `observer(const Progress&)` after each epoch; if that returns false,
  /// the fit ends there. `metric` takes the place of the validation RMSE. O(epochs · ratings · k) with a sampler of
  /// whole users.
  ///
  /// The same options, ratings and library version give the same model, bit for bit. A divergence is not an error but
  /// a stop reason: the model then holds the best finite state. Memory beyond ratings and factors: another copy of the
  /// factors, the factors of the users, the longest profile times k, and another copy of the ratings if a share of them
  /// is set aside. From then on the model serves its users by all of `ratings`, and by N(u) where they come with one.
  ///
  /// Throws `std::invalid_argument` if there are no ratings, if one is not finite or an item out of range, if they come
  /// with an N(u) that the feedback policy has no use for, or if an option does not fit; whatever is thrown, also by
  /// the observer or the metric, leaves the model as it was.
  template <class Observer = Unobserved, class Measure = ValidationRmse>
  requires FitObserver<Observer> FitReport fit(const SparseMatrixView<Scalar>& ratings,
                                               const FitOptions<Scalar>& fit_options = {}, Observer&& observer = {},
                                               Metric<Measure> metric = {}) {
    return learn({}, ratings, options_.epochs, fit_options, observer, metric);
  }
  /// Refused: the model would go on reading a matrix of Eigen's that is gone.
  template <TemporaryRowMajor<Scalar> Matrix, class... More>
  FitReport fit(Matrix&&, const FitOptions<Scalar>& = {}, More&&...) = delete;

  /// Goes on learning for `epochs` epochs more, where the fit ended, or the model was saved: the schedule goes on from
  /// the same epoch, and with the same ratings the model is the one of an uninterrupted fit, bit for bit. A model out
  /// of a file that was saved as `SaveOptions::resumable` does so as well. Any other restored one has its parameters
  /// alone to go on from: that is exact for one member without averaging in a `rating_unit` that is a power of two, and
  /// otherwise begins at the averages. There may be new ratings, and more
  /// users and items, which start as in a new fit. With validation, what the model held before counts as well.
  /// Otherwise as `fit`, also in what it throws; besides, if the model was not fitted, or has more users or items.
  template <class Observer = Unobserved, class Measure = ValidationRmse>
  requires FitObserver<Observer> FitReport resume(const SparseMatrixView<Scalar>& ratings, int epochs,
                                                  const FitOptions<Scalar>& fit_options = {}, Observer&& observer = {},
                                                  Metric<Measure> metric = {}) {
    detail::require(parameters_.epoch > 0, "AsySVD::resume", "epochs of the model", parameters_.epoch,
                    "at least 1: fit it first");
    detail::require(epochs >= 1 && epochs <= std::numeric_limits<int>::max() - parameters_.epoch, "AsySVD::resume",
                    "epochs", epochs, "at least 1, and few enough to be counted");
    detail::require(ratings.rows() >= users(), "AsySVD::resume", "ratings.rows()", ratings.rows(),
                    "at least the number of users of the model");
    detail::require(ratings.cols() >= items(), "AsySVD::resume", "ratings.cols()", ratings.cols(),
                    "at least the number of items of the model");
    ratings.validate();
    if (!ensemble_.members.empty()) return learn(ensemble_, ratings, epochs, fit_options, observer, metric);
    auto before = parameters_;  // of a model that was restored
    const double unit = unit_of(summarize(ratings, options_, parts), options_, parts);
    if (unit != 1) scale_ratings(before, static_cast<Scalar>(1 / unit));
    auto ensemble = Ensemble<Scalar>::parted(std::move(before), options_);
    ensemble.unit = unit;
    return learn(ensemble, ratings, epochs, fit_options, observer, metric);
  }

  /// Refused, as for `fit`.
  template <TemporaryRowMajor<Scalar> Matrix, class... More>
  FitReport resume(Matrix&&, int, const FitOptions<Scalar>& = {}, More&&...) = delete;

  /// Learns from new ratings without going through all the old ones again: those of `batch` join the ratings that the
  /// model serves its users by, in the place of older ones of the same item, and for `epochs` epochs descent visits the
  /// users of `batch` alone, with all the ratings that they have now. What comes with `batch` of N(u) joins as well. It
  /// starts from the model as it is served and is not averaged over epochs, so a `resume` after it begins at what it
  /// leaves. There may be more users and items, which start as in a new fit. O(ratings + items · k), and O(k) for each
  /// rating of these users and epoch.
  ///
  /// Throws `std::invalid_argument` as `resume` does; besides, if the model has not the ratings of its users, or there
  /// are none in `batch`.
  FitReport partial_fit(const SparseMatrixView<Scalar>& batch, int epochs = 1) {
    detail::require(ratings_.rows() == users() && users() > 0, "AsySVD::partial_fit", "number of users with ratings",
                    ratings_.rows(), "all of the model's; see set_ratings");
    batch.validate();
    std::vector<Index> visited;
    for (Size user = 0; user < batch.rows(); ++user) {
      if (!batch.row(user).items.empty()) visited.push_back(static_cast<Index>(user));
    }
    detail::require(!visited.empty(), "AsySVD::partial_fit", "number of ratings", 0, "at least 1");
    auto options = options_;
    options.averaging = 1;
    auto next = restore(options, parameters_, sampler_, feedback_);
    auto report = next.resume(join(ratings_.with_cols(items()), batch), epochs, {.users = visited});
    parameters_ = std::move(next.parameters_);
    user_factors_ = std::move(next.user_factors_);
    ratings_ = std::move(next.ratings_);
    ensemble_ = {};
    report_ = std::move(next.report_);
    return report;
  }

  /// The rating that `user` would give `item`, clamped to the range of the training ratings. O(k).
  /// Throws `std::invalid_argument` if either is not of the training matrix.
  [[nodiscard]] Scalar predict(Index user, Index item) const { return clamped(score(user, item)); }

  /// The same for anybody: b_u = Σ (r − μ − b_i) / (user_shrinkage + n), p_u from the profile. O(n·k).
  /// An empty profile is predicted from μ and b_i alone.
  [[nodiscard]] Scalar predict(ProfileView<Scalar> profile, Index item) const { return clamped(score(profile, item)); }

  /// r̂ without the clamp: what items are ranked by.
  [[nodiscard]] Scalar score(Index user, Index item) const {
    require_user("AsySVD::score", user);
    require_item("AsySVD::score", item);
    return detail::score(parameters_, known(user), item);
  }
  /// The same for anybody. O(n·k).
  [[nodiscard]] Scalar score(ProfileView<Scalar> profile, Index item) const {
    require_item("AsySVD::score", item);
    return detail::score<Scalar>(parameters_, fold_in("AsySVD::score", profile), item);
  }

  /// What `score` gives for every item, bit for bit, into `out`, by item. O(items · k), for a profile O((items + n)·k):
  /// it is folded in once. Throws `std::invalid_argument` if `out` is not as long as there are items, or if the user or
  /// an item of the profile is not of the training matrix.
  void scores(Index user, std::span<Scalar> out) const {
    require_user("AsySVD::scores", user);
    scores(known(user), out);
  }
  /// \overload
  void scores(ProfileView<Scalar> profile, std::span<Scalar> out) const {
    scores(fold_in("AsySVD::scores", profile), out);
  }

  /// The best items for `user`, best first, equal scores by item; those that the user has rated are left out unless
  /// asked for. `filter(item)` decides whether an item may be recommended, and is asked only of those whose score would
  /// do; `RecommendOptions` has more that may keep an item out. Fewer than `count` if there are fewer. O(items · k),
  /// without sorting all of them.
  template <class Filter = AnyItem>
  requires std::predicate<Filter&, Index>
  [[nodiscard]] std::vector<ScoredItem<Scalar>> recommend(Index user, const RecommendOptions& wanted = {},
                                                          Filter&& filter = {}) const {
    require_user("AsySVD::recommend", user);
    return detail::best_items("AsySVD::recommend", parameters_, known(user), ratings_.row(user).items, wanted, filter);
  }
  /// The same for anybody; what is left out are the items of the profile.
  template <class Filter = AnyItem>
  requires std::predicate<Filter&, Index>
  [[nodiscard]] std::vector<ScoredItem<Scalar>> recommend(ProfileView<Scalar> profile,
                                                          const RecommendOptions& wanted = {},
                                                          Filter&& filter = {}) const {
    return detail::best_items<Scalar>("AsySVD::recommend", parameters_, fold_in("AsySVD::recommend", profile),
                                      profile.items, wanted, filter);
  }

  /// Calls `receive(user, list)` for every user of the training matrix, in their order, with what `recommend` would
  /// give, bit for bit. On the caller's thread, one call at a time; the list is the receiver's to keep. Whatever
  /// `receive` throws ends it. O(users · items · k), as a matrix product; memory: for each thread the scores of 8 to 64
  /// users, 4 MiB where the items are few enough, and 512 lists, however many users there are. Throws
  /// `std::invalid_argument` if an option is out of its range or the model has no ratings.
  template <class Receiver>
  requires std::invocable<Receiver&, Index, std::vector<ScoredItem<Scalar>>>
  void recommend_all(const RecommendAllOptions& wanted, Receiver&& receive) const {
    detail::require(wanted.count >= 0, "AsySVD::recommend_all", "count", wanted.count, "at least 0");
    detail::require(wanted.threads >= 1, "AsySVD::recommend_all", "threads", wanted.threads, "at least 1");
    detail::require(ratings_.rows() == users(), "AsySVD::recommend_all", "number of users with ratings",
                    ratings_.rows(), "all of them; see set_ratings");
    const auto exact = [&](Index user, Index item) { return detail::score(parameters_, known(user), item); };
    const auto offset = [&](Size user) { return parameters_.mean + parameters_.user_bias[user]; };
    const detail::BlockRecommender lists_of(user_factors_, parameters_.q, parameters_.item_bias, ratings_, wanted,
                                            exact, offset);
    lists_of.deliver(receive, [] { return [](auto...) {}; });
  }

  /// What each item of the profile adds to the prediction of `item`, and what would be predicted without it. O(n·k).
  [[nodiscard]] Explanation<Scalar> explain(Index user, Index item) const {
    require_user("AsySVD::explain", user);
    require_item("AsySVD::explain", item);
    return explanation(known(user), ratings_.row(user), detail::served_item(parameters_, item));
  }
  /// \overload
  [[nodiscard]] Explanation<Scalar> explain(ProfileView<Scalar> profile, Index item) const {
    require_item("AsySVD::explain", item);
    return explanation(fold_in("AsySVD::explain", profile), profile, detail::served_item(parameters_, item));
  }

  /// The same for a list, such as `recommend` gives, on average: what drives all that somebody is shown. `without` is
  /// for the same items; without that item of the profile, others might be shown. O((n + list)·k). Throws
  /// `std::invalid_argument` if the list is empty or an item not of the training matrix.
  [[nodiscard]] Explanation<Scalar> explain(Index user, std::span<const ScoredItem<Scalar>> list) const {
    require_user("AsySVD::explain", user);
    return explanation(known(user), ratings_.row(user), mean_item(list));
  }
  /// \overload
  [[nodiscard]] Explanation<Scalar> explain(ProfileView<Scalar> profile,
                                            std::span<const ScoredItem<Scalar>> list) const {
    return explanation(fold_in("AsySVD::explain", profile), profile, mean_item(list));
  }

  /// The `count` items whose factors q point most nearly the same way, by cosine, best first; `item` itself and items
  /// without factors are left out. O(items · k).
  [[nodiscard]] std::vector<ScoredItem<Scalar>> similar_items(Index item, Size count = 10) const {
    require_item("AsySVD::similar_items", item);
    detail::require(count >= 0, "AsySVD::similar_items", "count", count, "at least 0");
    return detail::nearest_items(parameters_.q, item, count);
  }

  /// Gives a restored model the ratings of its users, or a fitted one other ratings of them: from here on, functions
  /// that name a user by index go by these. O(ratings · k). Throws `std::invalid_argument` if there are not as many
  /// users, an item is not the model's, or there is an N(u) that the feedback policy has no use for.
  void set_ratings(const SparseMatrixView<Scalar>& ratings) {
    detail::require(ratings.rows() == users(), "AsySVD::set_ratings", "ratings.rows()", ratings.rows(),
                    "the number of users that the model was trained on");
    detail::require(ratings.cols() <= items(), "AsySVD::set_ratings", "ratings.cols()", ratings.cols(),
                    "at most the number of items that the model was trained on");
    ratings.validate();
    require_use_of_implicit("AsySVD::set_ratings", ratings);
    user_factors_ = detail::factors_of_users(parameters_, feedback_, ratings, options_.user_shrinkage, 1);
    ratings_ = ratings;
  }
  /// Refused, as for `fit`.
  template <TemporaryRowMajor<Scalar> Matrix>
  void set_ratings(Matrix&&) = delete;

  /// Tells a restored model where its descent stood, so that `resume` goes on from there. Throws
  /// `std::invalid_argument` if that does not fit the model.
  void set_ensemble(Ensemble<Scalar> ensemble) {
    ensemble.validate(parameters_, options_);
    detail::require(ensemble.epoch == parameters_.epoch, "AsySVD::set_ensemble", "epoch", ensemble.epoch,
                    "that of the model");
    ensemble_ = std::move(ensemble);
  }

  /// Tells a restored model how it was fitted. Throws `std::invalid_argument` if the report is of another epoch.
  void set_report(FitReport report) {
    detail::require(report.best_epoch == parameters_.epoch, "AsySVD::set_report", "best_epoch", report.best_epoch,
                    "the epochs of the model");
    report_ = std::move(report);
  }

  /// Adds the items that `ratings` has beyond those of the model, so that the catalogue grows between two fits: q_i and
  /// b_i of each are where descent would end if everything else stayed as it is, by a ridge regression on p_u of the
  /// users who rated it. x_i and y_i are zeros: that somebody rated such an item adds nothing to their factors until
  /// the next fit. All that concerns other items stays as it is, bit for bit; they may stand in `ratings`, and are not
  /// looked at. Users are served by the same ratings as before: `set_ratings` lets the new ones count as seen. A
  /// `resume` after it begins at all that it leaves. O(k²/members) for each rating of a new item and O(k³/members²) for
  /// each such item, besides reading `ratings` once.
  ///
  /// Throws `std::invalid_argument` if the model was not learned by descent or has not the ratings of its users, if
  /// there are more of these in `ratings`, or fewer items, or if a rating is not finite or beyond what factors in
  /// `Scalar` can tell; the model then is as it was.
  void add_items(const SparseMatrixView<Scalar>& ratings) {
    detail::require(parameters_.epoch > 0, "AsySVD::add_items", "epochs of the model", parameters_.epoch,
                    "at least 1; ranking_model.hpp adds items to what was trained in closed form");
    detail::require(ratings_.rows() == users(), "AsySVD::add_items", "number of users with ratings", ratings_.rows(),
                    "all of them; see set_ratings");
    detail::require(ratings.rows() <= users(), "AsySVD::add_items", "ratings.rows()", ratings.rows(),
                    "at most the number of users of the model");
    detail::require(ratings.cols() >= items(), "AsySVD::add_items", "ratings.cols()", ratings.cols(),
                    "at least the number of items of the model");
    ratings.validate();
    if (ratings.cols() == items()) return;
    auto grown = detail::with_new_items<Feedback>(parameters_, user_factors_, options_, ratings);
    detail::require(grown.all_finite(), "AsySVD::add_items", "a rating of a new item", "too large",
                    "one that leaves its factors finite");
    parameters_ = std::move(grown);
    ensemble_ = {};
  }

  /// With the number of factors that the model has.
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const Feedback& feedback() const noexcept { return feedback_; }  ///< what makes p_u of a profile
  [[nodiscard]] const Parameters<Scalar>& parameters() const noexcept { return parameters_; }  ///< all that was learned
  /// Where descent stands; without members if the model was restored or comes of a closed form.
  [[nodiscard]] const Ensemble<Scalar>& ensemble() const noexcept { return ensemble_; }
  /// Of the last `fit`, `resume` or `partial_fit`, also out of a file, but there without seconds; `empty()` if the model
  /// was restored from parameters alone or comes of a closed form. What changes it otherwise leaves the report.
  [[nodiscard]] const FitReport& report() const noexcept { return report_; }
  [[nodiscard]] Size users() const noexcept { return parameters_.users(); }  ///< of the training matrix
  [[nodiscard]] Size items() const noexcept { return parameters_.items(); }  ///< of the training matrix
  /// p_u of the users of the training matrix, users × k.
  [[nodiscard]] const FactorMatrix<Scalar>& user_factors() const noexcept { return user_factors_; }
  /// The ratings by which users are served.
  [[nodiscard]] const SparseMatrixView<Scalar>& ratings() const noexcept { return ratings_; }

 private:
  using User = detail::ServedUser<Scalar>;
  static constexpr auto parts = FeedbackParts::of<Feedback>();

  /// Somebody who was folded in.
  struct Folded {
    Scalar bias = 0;
    FactorMatrix<Scalar> factors;
    operator User() const { return {bias, factors.data(0)}; }  // NOLINT(google-explicit-constructor)
  };

  template <class Observer, class Measure>
  FitReport learn(const Ensemble<Scalar>& before, const SparseMatrixView<Scalar>& ratings, int epochs,
                  const FitOptions<Scalar>& fit_options, Observer& observer, Metric<Measure>& metric) {
    detail::require(ratings.nonzeros() > 0, "AsySVD::fit", "number of ratings", ratings.nonzeros(), "at least 1");
    ratings.validate();
    require_use_of_implicit("AsySVD::fit", ratings);
    fit_options.validate(ratings);
    if constexpr (WeighingFeedback<Feedback>) {
      detail::require(options_.rating_unit == 0 || options_.rating_unit == 1, "AsySVD::fit", "rating_unit",
                      options_.rating_unit, "0 or 1, because the feedback policy weighs the ratings as they are");
    }
    const auto serve = [&](Parameters<Scalar> state, const SparseMatrixView<Scalar>& served) {
      AsySVD model(options_, sampler_, feedback_);
      model.keep(std::move(state), served, fit_options.threads);
      return model;
    };
    const auto make_epoch = [&](const detail::Training<Scalar>& training) {
      return detail::make_epoch<Factors, Step>(training, sampler_, feedback_);
    };
    auto fitted =
        detail::fit<Scalar>(before, ratings, options_, parts, make_epoch, epochs, fit_options,
                            detail::measure_by(metric, feedback_, options_.user_shrinkage, fit_options, serve),
                            detail::observe_by(observer));
    auto report = fitted.state.report;
    keep(std::move(fitted.parameters), ratings, fit_options.threads);
    ensemble_ = std::move(fitted.state.ensemble);
    report_ = std::move(fitted.state.report);
    return report;
  }

  void keep(Parameters<Scalar> parameters, const SparseMatrixView<Scalar>& ratings, int threads) {
    user_factors_ = detail::factors_of_users(parameters, feedback_, ratings, options_.user_shrinkage, threads);
    parameters_ = std::move(parameters);
    ratings_ = ratings;
  }

  [[nodiscard]] User known(Index user) const { return {parameters_.user_bias[user], user_factors_.data(user), true}; }

  [[nodiscard]] Folded fold_in(std::string_view function, ProfileView<Scalar> profile) const {
    profile.validate(function, items());
    Folded user{0, FactorMatrix<Scalar>(1, parameters_.factors())};
    if constexpr (Feedback::has_biases) {
      user.bias = user_offset(profile, parameters_.mean, parameters_.item_bias, options_.user_shrinkage);
    }
    detail::user_factors(parameters_, feedback_, profile, options_.user_shrinkage, user.factors.data(0));
    return user;
  }

  void scores(const User& user, std::span<Scalar> out) const {
    detail::require(static_cast<Size>(out.size()) == items(), "AsySVD::scores", "out.size()", out.size(),
                    "the number of items");
    detail::scores(parameters_, user, 0, out);
  }

  [[nodiscard]] detail::MeanItem<Scalar> mean_item(std::span<const ScoredItem<Scalar>> list) const {
    for (const auto& scored : list) require_item("AsySVD::explain", scored.item);
    return {"AsySVD::explain", parameters_, list};
  }
  [[nodiscard]] Explanation<Scalar> explanation(const User& user, ProfileView<Scalar> profile,
                                                const detail::ServedItem<Scalar>& item) const {
    return detail::explanation(parameters_, feedback_, options_.user_shrinkage, user, profile, item);
  }

  [[nodiscard]] Scalar clamped(Scalar score) const {
    return std::clamp(score, parameters_.min_rating, parameters_.max_rating);
  }

  static void require_use_of_implicit(std::string_view function, const SparseMatrixView<Scalar>& ratings) {
    detail::require(Feedback::has_implicit || ratings.implicit() == nullptr, function, "entries of ratings.implicit()",
                    ratings.implicit() == nullptr ? 0 : ratings.implicit()->nonzeros(),
                    "none, unless the feedback policy has implicit feedback");
  }
  void require_user(std::string_view function, Index user) const {
    if (user >= 0 && user < ratings_.rows()) [[likely]]
      return;
    detail::throw_invalid(
        function, "user", detail::to_text(user),
        ratings_.rows() == 0 ? std::string("a profile: the model has the ratings of no user, see fit and set_ratings")
                             : "0 to " + detail::to_text(ratings_.rows() - 1) + ", a user whose ratings the model has");
  }
  void require_item(std::string_view function, Index item) const { detail::require_item(function, item, items()); }

  Options options_;
  [[no_unique_address]] Sampler sampler_;
  [[no_unique_address]] Feedback feedback_;
  Parameters<Scalar> parameters_;
  Ensemble<Scalar> ensemble_;
  FitReport report_;
  FactorMatrix<Scalar> user_factors_;
  SparseMatrixView<Scalar> ratings_;
};

}  // namespace v0_1
}  // namespace asysvd
