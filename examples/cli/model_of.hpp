// SPDX-License-Identifier: MIT
/// \file
/// `AnyModel` around one type of model. Each feedback policy is compiled in a file of its own, side by side.
#pragma once

#include <asysvd/evaluate/fold_in.hpp>
#include <asysvd/io/safetensors.hpp>

#include <utility>

#include "any_model.hpp"

namespace cli {

template <class Feedback, class Sampler>
class ModelOf final : public AnyModel {
 public:
  using Model = asysvd::AsySVD<Scalar, Sampler, Feedback>;

  explicit ModelOf(Model model, Sampler sampler = {}) : model_(std::move(model)), sampler_(std::move(sampler)) {}

  asysvd::FitReport fit(const Matrix& ratings, const asysvd::FitOptions<Scalar>& options,
                        const Observer& observer) override {
    return model_.fit(ratings, options, observer);
  }
  const asysvd::Options& options() const override { return model_.options(); }
  Scalar predict(Profile profile, asysvd::Index item) const override { return model_.predict(profile, item); }
  std::vector<asysvd::ScoredItem<Scalar>> recommend(Profile profile, asysvd::Size count) const override {
    return model_.recommend(profile, {.count = count});
  }
  asysvd::Explanation<Scalar> explain(Profile profile, asysvd::Index item) const override {
    return model_.explain(profile, item);
  }
  std::vector<asysvd::ScoredItem<Scalar>> similar_items(asysvd::Index item, asysvd::Size count) const override {
    return model_.similar_items(item, count);
  }
  bool predicts_ratings() const override { return !asysvd::WeighingFeedback<Feedback>; }
  void set_ratings(const Matrix& ratings) override { model_.set_ratings(ratings); }
  asysvd::RatingError rating_error(const Matrix& train, const Matrix& test) const override {
    if (knows_users_of(train)) return asysvd::rating_error(model_, train, test);
    return asysvd::rating_error(asysvd::FoldIn(model_, train), train, test);
  }
  asysvd::RankingReport ranking(const Matrix& train, const Matrix& test, const std::vector<int>& cutoffs,
                                const asysvd::EvaluationOptions& options) const override {
    if (knows_users_of(train)) return asysvd::ranking(model_, train, test, cutoffs, options);
    return asysvd::ranking(asysvd::FoldIn(model_, train), train, test, cutoffs, options);
  }
  asysvd::Trial tune(const Matrix& ratings, const asysvd::TuneOptions& tuning,
                     const std::function<void(const asysvd::Trial&)>& observer,
                     const std::vector<asysvd::Trial>& known) const override {
    const auto make = [&](const asysvd::Options& options) { return Model(options, sampler_); };
    return asysvd::tune(ratings, model_.options(), tuning, make, observer, known);
  }
  void save(const std::filesystem::path& path, const asysvd::IdMap& users, const asysvd::IdMap& items) const override {
    asysvd::save(model_, path, users, items);
  }

 private:
  [[nodiscard]] bool knows_users_of(const Matrix& train) const {
    return train.rows() <= model_.ratings().rows() && train.cols() <= model_.items();
  }

  Model model_;
  Sampler sampler_;
};

template <class Feedback>
std::unique_ptr<AnyModel> make_model_of(SamplerKind sampler, const asysvd::Options& options) {
  const auto make = [&](auto policy) -> std::unique_ptr<AnyModel> {
    using Type = ModelOf<Feedback, decltype(policy)>;
    return std::make_unique<Type>(typename Type::Model(options, policy), policy);
  };
  switch (sampler) {
    case SamplerKind::by_user:
    case SamplerKind::sequential:
      return make(WholeUsers{sampler == SamplerKind::by_user});
    case SamplerKind::shuffled:
    case SamplerKind::uniform:
      break;
  }
  return make(SingleRatings{sampler == SamplerKind::uniform});
}

template <class Feedback>
LoadedModel load_model_of(const std::filesystem::path& path) {
  using Type = ModelOf<Feedback, WholeUsers>;
  auto loaded = asysvd::load_with_ids<typename Type::Model>(path);
  return {std::make_unique<Type>(std::move(loaded.model)), std::move(loaded.users), std::move(loaded.items)};
}

// Compiled in model_full.cpp and so on.
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::FullFeedback>(SamplerKind, const asysvd::Options&);
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::ExplicitFeedback>(SamplerKind, const asysvd::Options&);
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::ImplicitFeedback>(SamplerKind, const asysvd::Options&);
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::RawFeedback>(SamplerKind, const asysvd::Options&);
extern template LoadedModel load_model_of<asysvd::FullFeedback>(const std::filesystem::path&);
extern template LoadedModel load_model_of<asysvd::ExplicitFeedback>(const std::filesystem::path&);
extern template LoadedModel load_model_of<asysvd::ImplicitFeedback>(const std::filesystem::path&);
extern template LoadedModel load_model_of<asysvd::RawFeedback>(const std::filesystem::path&);
extern template LoadedModel load_model_of<asysvd::InteractionFeedback>(const std::filesystem::path&);

}  // namespace cli
