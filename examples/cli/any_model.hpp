// SPDX-License-Identifier: MIT
/// \file
/// A model whose types are chosen on the command line. The library knows its policies at compile time; a program that
/// lets its user choose puts an interface around the types that it offers, as here.
#pragma once

#include <asysvd/data/id_map.hpp>
#include <asysvd/model.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
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

/// What an `AsySVD` can do, as virtual functions: the library's measurements take it for a model of any other type.
class AnyModel {
 public:
  using Scalar = cli::Scalar;
  using List = std::vector<asysvd::ScoredItem<Scalar>>;
  using Observer = std::function<bool(const asysvd::Progress&)>;
  using Measure = std::function<double(const AnyModel&, const Matrix& validation)>;  // empty: the RMSE
  using Receiver = std::function<void(asysvd::Index, List)>;

  virtual ~AnyModel() = default;
  virtual asysvd::FitReport fit(const Matrix& ratings, const asysvd::FitOptions<Scalar>& options,
                                const Observer& observer, const asysvd::Metric<Measure>& metric = {}) = 0;
  virtual asysvd::FitReport resume(const Matrix& ratings, int epochs, const asysvd::FitOptions<Scalar>& options,
                                   const Observer& observer, const asysvd::Metric<Measure>& metric = {}) = 0;
  [[nodiscard]] virtual const asysvd::Options& options() const = 0;
  [[nodiscard]] virtual const asysvd::Parameters<Scalar>& parameters() const = 0;
  [[nodiscard]] virtual const asysvd::FactorMatrix<Scalar>& user_factors() const = 0;
  [[nodiscard]] virtual const Matrix& ratings() const = 0;
  [[nodiscard]] virtual const asysvd::FitReport& report() const = 0;
  [[nodiscard]] asysvd::Size users() const { return parameters().users(); }
  [[nodiscard]] asysvd::Size items() const { return parameters().items(); }
  /// Whether what it predicts are ratings, or only an order.
  [[nodiscard]] virtual bool predicts_ratings() const = 0;

  [[nodiscard]] virtual Scalar predict(asysvd::Index user, asysvd::Index item) const = 0;
  [[nodiscard]] virtual Scalar predict(Profile profile, asysvd::Index item) const = 0;
  [[nodiscard]] virtual Scalar score(asysvd::Index user, asysvd::Index item) const = 0;
  [[nodiscard]] virtual Scalar score(Profile profile, asysvd::Index item) const = 0;
  virtual void scores(asysvd::Index user, std::span<Scalar> out) const = 0;
  virtual void scores(Profile profile, std::span<Scalar> out) const = 0;
  [[nodiscard]] virtual List recommend(asysvd::Index user, const asysvd::RecommendOptions& wanted) const = 0;
  [[nodiscard]] virtual List recommend(Profile profile, const asysvd::RecommendOptions& wanted) const = 0;
  virtual void recommend_all(const asysvd::RecommendAllOptions& wanted, const Receiver& receive) const = 0;
  [[nodiscard]] virtual asysvd::Explanation<Scalar> explain(Profile profile, asysvd::Index item) const = 0;
  [[nodiscard]] virtual asysvd::Explanation<Scalar> explain(Profile profile, const List& list) const = 0;
  [[nodiscard]] virtual List similar_items(asysvd::Index item, asysvd::Size count) const = 0;

  /// From here on, the users that the model was trained on are served by these ratings.
  virtual void set_ratings(const Matrix& ratings) = 0;
  /// Whether `resume` would go on where descent stood, and not from what it was averaged to.
  [[nodiscard]] virtual bool resumable() const = 0;
  virtual void save(const std::filesystem::path& path, const asysvd::IdMap& users, const asysvd::IdMap& items,
                    bool resumable = false) const = 0;
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

/// The model in a file, whatever its kind; `sampler` is what it would go on learning with. Throws `asysvd::FileError`.
[[nodiscard]] LoadedModel load_model(const std::filesystem::path& path, SamplerKind sampler = SamplerKind::by_user);

/// The feedback policy of the model in a file; none of these if it only ranks. Throws `asysvd::FileError`.
[[nodiscard]] std::optional<FeedbackKind> feedback_of(const std::filesystem::path& path);

}  // namespace cli
