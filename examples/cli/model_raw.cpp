// SPDX-License-Identifier: MIT
#include "model_of.hpp"

template std::unique_ptr<cli::AnyModel> cli::make_model_of<asysvd::RawFeedback>(SamplerKind, const asysvd::Options&);
template cli::LoadedModel cli::load_model_of<asysvd::RawFeedback>(const std::filesystem::path&, SamplerKind);
