// SPDX-License-Identifier: MIT
#include <asysvd/ranking_model.hpp>

#include "model_of.hpp"
#include "ranking_options.hpp"

namespace cli {

std::unique_ptr<AnyModel> make_ranking_model(const Matrix& ratings, const asysvd::RankingOptions& options,
                                             const asysvd::InteractionFeedback& feedback) {
  using Type = ModelOf<asysvd::InteractionFeedback, asysvd::ByUser>;
  return std::make_unique<Type>(asysvd::fit_ranking(ratings, options, feedback));
}

asysvd::RankingChoice choose_options(const Matrix& ratings, const asysvd::RankingOptions& start,
                                     const asysvd::InteractionFeedback& feedback, std::uint64_t seed,
                                     const std::function<void(const asysvd::RankingChoice&)>& observer) {
  return asysvd::choose_ranking_options(ratings, start, feedback, seed, observer);
}

}  // namespace cli

template cli::LoadedModel cli::load_model_of<asysvd::InteractionFeedback>(const std::filesystem::path&);
