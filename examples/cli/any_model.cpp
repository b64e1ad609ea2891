// SPDX-License-Identifier: MIT
#include "any_model.hpp"

#include "model_of.hpp"

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

LoadedModel load_model(const std::filesystem::path& path) {
  const auto parts = asysvd::model_parts(path);
  if (parts.has_weight) return load_model_of<asysvd::InteractionFeedback>(path);
  if (!parts.has_biases) return load_model_of<asysvd::RawFeedback>(path);
  if (!parts.has_implicit) return load_model_of<asysvd::ExplicitFeedback>(path);
  if (!parts.has_explicit) return load_model_of<asysvd::ImplicitFeedback>(path);
  return load_model_of<asysvd::FullFeedback>(path);
}

}  // namespace cli
