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

LoadedModel load_ranking_model(const std::filesystem::path& path) {
  using Type = ModelOf<asysvd::InteractionFeedback, asysvd::ByUser>;
  auto loaded = asysvd::load_with_ids<typename Type::Model>(path);
  return {std::make_unique<Type>(std::move(loaded.model)), std::move(loaded.users), std::move(loaded.items)};
}

}  // namespace cli
