// SPDX-License-Identifier: MIT
#include "any_model.hpp"

#include "model_of.hpp"
#include "ranking_options.hpp"

namespace cli {

std::unique_ptr<AnyModel> make_model(FeedbackKind feedback, SamplerKind sampler, const asysvd::Options& options) {
  switch (feedback) {
    case FeedbackKind::explicit_only:
      return make_model_of<asysvd::ExplicitFeedback>(sampler, options);
    case FeedbackKind::implicit_only:
      return make_model_of<asysvd::ImplicitFeedback>(sampler, options);
    case FeedbackKind::raw:
      return make_model_of<asysvd::RawFeedback>(sampler, options);
    case FeedbackKind::full:
      break;
  }
  return make_model_of<asysvd::FullFeedback>(sampler, options);
}

std::optional<FeedbackKind> feedback_of(const std::filesystem::path& path) {
  const auto parts = asysvd::model_parts(path);
  if (parts.has_weight) return std::nullopt;
  if (!parts.has_biases) return FeedbackKind::raw;
  if (!parts.has_implicit) return FeedbackKind::explicit_only;
  if (!parts.has_explicit) return FeedbackKind::implicit_only;
  return FeedbackKind::full;
}

LoadedModel load_model(const std::filesystem::path& path, SamplerKind sampler) {
  const auto feedback = feedback_of(path);
  if (!feedback) return load_ranking_model(path);
  switch (*feedback) {
    case FeedbackKind::explicit_only:
      return load_model_of<asysvd::ExplicitFeedback>(path, sampler);
    case FeedbackKind::implicit_only:
      return load_model_of<asysvd::ImplicitFeedback>(path, sampler);
    case FeedbackKind::raw:
      return load_model_of<asysvd::RawFeedback>(path, sampler);
    case FeedbackKind::full:
      break;
  }
  return load_model_of<asysvd::FullFeedback>(path, sampler);
}

}  // namespace cli
