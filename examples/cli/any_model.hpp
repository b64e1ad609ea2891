// SPDX-License-Identifier: MIT
/// \file
/// A model whose types are chosen on the command line. The library knows its policies at compile time; a program that
/// lets its user choose puts an interface around the types that it offers, as here.
#pragma once

#include <asysvd/data/id_map.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/evaluate/ranking_choice.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/evaluate/tuning.hpp>
#include <asysvd/model.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace cli {

using Scalar = float;
using Matrix = asysvd::SparseMatrixView<Scalar>;
using Profile = asysvd::ProfileView<Scalar>;

enum class FeedbackKind { full, explicit_only, implicit_only, raw };
enum class SamplerKind { by_user, shuffled, uniform, sequential };

/// `ByUser` or `Sequential`, as is known at run time only.
struct WholeUsers {
  bool random_order = true;

  template <class Ratings>
  [[nodiscard]] auto start(const Ratings& ratings) const {
    return [random_order = random_order, by_user = asysvd::ByUser{}.start(ratings),
            sequential = asysvd::Sequential{}.start(ratings)](asysvd::Random& random, auto&& visit) mutable {
      random_order ? by_user(random, visit) : sequential(random, visit);
    };
  }
  void arrange(std::span<asysvd::Index> positions, asysvd::Random& random) const noexcept {
    if (random_order) random.shuffle(positions);
  }
};

/// `Uniform` or `Shuffled`.
struct SingleRatings {
  bool with_replacement = false;

  template <class Ratings>
  [[nodiscard]] auto start(const Ratings& ratings) const {
    return [with_replacement = with_replacement, uniform = asysvd::Uniform{}.start(ratings),
            shuffled = asysvd::Shuffled{}.start(ratings)](asysvd::Random& random, auto&& visit) mutable {
      with_replacement ? uniform(random, visit) : shuffled(random, visit);
    };
  }
};

class AnyModel {
 public:
  using Observer = std::function<bool(const asysvd::Progress&)>;

  virtual ~AnyModel() = default;
  virtual asysvd::FitReport fit(const Matrix& ratings, const asysvd::FitOptions<Scalar>& options,
                                const Observer& observer) = 0;
  [[nodiscard]] virtual const asysvd::Options& options() const = 0;
  [[nodiscard]] virtual Scalar predict(Profile profile, asysvd::Index item) const = 0;
  [[nodiscard]] virtual std::vector<asysvd::ScoredItem<Scalar>> recommend(Profile profile,
                                                                          asysvd::Size count) const = 0;
  [[nodiscard]] virtual asysvd::Explanation<Scalar> explain(Profile profile, asysvd::Index item) const = 0;
  [[nodiscard]] virtual std::vector<asysvd::ScoredItem<Scalar>> similar_items(asysvd::Index item,
                                                                              asysvd::Size count) const = 0;
  /// From here on, the users that the model was trained on are served by these ratings.
  virtual void set_ratings(const Matrix& ratings) = 0;
  /// Whether what it predicts are ratings, or only an order.
  [[nodiscard]] virtual bool predicts_ratings() const = 0;
  /// Both serve users by index if those are the users of the model, and by their profiles in `train` otherwise.
  [[nodiscard]] virtual asysvd::RatingError rating_error(const Matrix& train, const Matrix& test) const = 0;
  [[nodiscard]] virtual asysvd::RankingReport ranking(const Matrix& train, const Matrix& test,
                                                      const std::vector<int>& cutoffs,
                                                      const asysvd::EvaluationOptions& options) const = 0;
  /// Searches for better options than the model's own.
  [[nodiscard]] virtual asysvd::Trial tune(const Matrix& ratings, const asysvd::TuneOptions& tuning,
                                           const std::function<void(const asysvd::Trial&)>& observer,
                                           const std::vector<asysvd::Trial>& known) const = 0;
  virtual void save(const std::filesystem::path& path, const asysvd::IdMap& users,
                    const asysvd::IdMap& items) const = 0;
};

/// A model out of a file, and the ids that it knows users and items by.
struct LoadedModel {
  std::unique_ptr<AnyModel> model;
  asysvd::IdMap users;
  asysvd::IdMap items;
};

/// An unfitted model. Throws `std::invalid_argument` for options out of their range.
[[nodiscard]] std::unique_ptr<AnyModel> make_model(FeedbackKind feedback, SamplerKind sampler,
                                                   const asysvd::Options& options);

/// A model trained for ranking.
[[nodiscard]] std::unique_ptr<AnyModel> make_ranking_model(const Matrix& ratings, const asysvd::RankingOptions& options,
                                                           const asysvd::InteractionFeedback& feedback);
[[nodiscard]] asysvd::RankingChoice choose_ranking_options(
    const Matrix& ratings, const asysvd::RankingOptions& start, const asysvd::InteractionFeedback& feedback,
    std::uint64_t seed, const std::function<void(const asysvd::RankingChoice&)>& observer);

/// The model in a file, whatever its kind. Throws `asysvd::FileError`.
[[nodiscard]] LoadedModel load_model(const std::filesystem::path& path);

}  // namespace cli
