// SPDX-License-Identifier: MIT
/// \file
/// `AnyModel` around one type of model. Each feedback policy is compiled in a file of its own, side by side.
#pragma once

#include <asysvd/io/safetensors.hpp>

#include <span>
#include <utility>

#include "any_model.hpp"

namespace cli {

template <class Feedback, class Sampler>
class ModelOf final : public AnyModel {
 public:
  using Model = asysvd::AsySVD<Scalar, Sampler, Feedback>;

  explicit ModelOf(Model model) : model_(std::move(model)) {}

  asysvd::FitReport fit(const Matrix& ratings, const asysvd::FitOptions<Scalar>& options, const Observer& observer,
                        const asysvd::Metric<Measure>& metric) override {
    return measured_by(metric, [&](auto... measure) { return model_.fit(ratings, options, observer, measure...); });
  }
  asysvd::FitReport resume(const Matrix& ratings, int epochs, const asysvd::FitOptions<Scalar>& options,
                           const Observer& observer, const asysvd::Metric<Measure>& metric) override {
    return measured_by(metric,
                       [&](auto... measure) { return model_.resume(ratings, epochs, options, observer, measure...); });
  }
  const asysvd::Options& options() const override { return model_.options(); }
  const asysvd::Parameters<Scalar>& parameters() const override { return model_.parameters(); }
  const asysvd::FactorMatrix<Scalar>& user_factors() const override { return model_.user_factors(); }
  const Matrix& ratings() const override { return model_.ratings(); }
  const asysvd::FitReport& report() const override { return model_.report(); }
  bool predicts_ratings() const override { return !asysvd::WeighingFeedback<Feedback>; }

  Scalar predict(asysvd::Index user, asysvd::Index item) const override { return model_.predict(user, item); }
  Scalar predict(Profile profile, asysvd::Index item) const override { return model_.predict(profile, item); }
  Scalar score(asysvd::Index user, asysvd::Index item) const override { return model_.score(user, item); }
  Scalar score(Profile profile, asysvd::Index item) const override { return model_.score(profile, item); }
  void scores(asysvd::Index user, std::span<Scalar> out) const override { model_.scores(user, out); }
  void scores(Profile profile, std::span<Scalar> out) const override { model_.scores(profile, out); }
  List recommend(asysvd::Index user, const asysvd::RecommendOptions& wanted) const override {
    return model_.recommend(user, wanted);
  }
  List recommend(Profile profile, const asysvd::RecommendOptions& wanted) const override {
    return model_.recommend(profile, wanted);
  }
  void recommend_all(const asysvd::RecommendAllOptions& wanted, const Receiver& receive) const override {
    model_.recommend_all(wanted, receive);
  }
  asysvd::Explanation<Scalar> explain(Profile profile, asysvd::Index item) const override {
    return model_.explain(profile, item);
  }
  asysvd::Explanation<Scalar> explain(Profile profile, const List& list) const override {
    return model_.explain(profile, list);
  }
  List similar_items(asysvd::Index item, asysvd::Size count) const override {
    return model_.similar_items(item, count);
  }

  void set_ratings(const Matrix& ratings) override { model_.set_ratings(ratings); }
  bool resumable() const override { return !model_.ensemble().members.empty(); }
  void save(const std::filesystem::path& path, const asysvd::IdMap& users, const asysvd::IdMap& items,
            bool resumable) const override {
    asysvd::save(model_, path, users, items, {.resumable = resumable});
  }

 private:
  template <class Learn>
  static asysvd::FitReport measured_by(const asysvd::Metric<Measure>& metric, Learn learn) {
    if (!metric.measure) return learn();
    const auto measure = [&](const Model& model, const Matrix& validation) {
      return metric.measure(ModelOf(model), validation);
    };
    return learn(asysvd::Metric<decltype(measure)>{measure, metric.higher_is_better});
  }

  Model model_;
};

/// Calls `work` with the sampler of that kind.
template <class Work>
auto with_sampler(SamplerKind sampler, Work work) {
  switch (sampler) {
    case SamplerKind::by_user:
    case SamplerKind::sequential:
      return work(WholeUsers{sampler == SamplerKind::by_user});
    case SamplerKind::shuffled:
    case SamplerKind::uniform:
      break;
  }
  return work(SingleRatings{sampler == SamplerKind::uniform});
}

template <class Feedback>
std::unique_ptr<AnyModel> make_model_of(SamplerKind sampler, const asysvd::Options& options) {
  return with_sampler(sampler, [&](auto policy) -> std::unique_ptr<AnyModel> {
    using Type = ModelOf<Feedback, decltype(policy)>;
    return std::make_unique<Type>(typename Type::Model(options, policy));
  });
}

template <class Feedback>
LoadedModel load_model_of(const std::filesystem::path& path, SamplerKind sampler) {
  return with_sampler(sampler, [&](auto policy) -> LoadedModel {
    using Type = ModelOf<Feedback, decltype(policy)>;
    auto loaded = asysvd::load_with_ids<typename Type::Model>(path, policy);
    return {std::make_unique<Type>(std::move(loaded.model)), std::move(loaded.users), std::move(loaded.items)};
  });
}

// Compiled in model_full.cpp and so on.
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::FullFeedback>(SamplerKind, const asysvd::Options&);
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::ExplicitFeedback>(SamplerKind, const asysvd::Options&);
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::ImplicitFeedback>(SamplerKind, const asysvd::Options&);
extern template std::unique_ptr<AnyModel> make_model_of<asysvd::RawFeedback>(SamplerKind, const asysvd::Options&);
extern template LoadedModel load_model_of<asysvd::FullFeedback>(const std::filesystem::path&, SamplerKind);
extern template LoadedModel load_model_of<asysvd::ExplicitFeedback>(const std::filesystem::path&, SamplerKind);
extern template LoadedModel load_model_of<asysvd::ImplicitFeedback>(const std::filesystem::path&, SamplerKind);
extern template LoadedModel load_model_of<asysvd::RawFeedback>(const std::filesystem::path&, SamplerKind);

}  // namespace cli
