// SPDX-License-Identifier: MIT
/// \file
/// What a model is measured at. Users are served by index if those of `train` are the users of the model, and by their
/// profiles in `train` otherwise, or if they are said to be strangers.
#pragma once

#include <asysvd/evaluate/evaluation_options.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/evaluate/rating_error.hpp>

#include <string>
#include <vector>

#include "any_model.hpp"

namespace cli {

[[nodiscard]] asysvd::RatingError measure_rating_error(const AnyModel& model, const Matrix& train, const Matrix& test,
                                                       bool strangers = false);
/// With a progress bar.
[[nodiscard]] asysvd::RankingReport measure_ranking(const AnyModel& model, const Matrix& train, const Matrix& test,
                                                    const std::vector<int>& cutoffs, asysvd::EvaluationOptions options,
                                                    bool strangers = false);

/// What a fit can be validated by: "rmse", "mae", or a metric of the first so many of each list, such as "ndcg@10".
/// Throws `std::invalid_argument` if there is none of the name.
[[nodiscard]] asysvd::Metric<AnyModel::Measure> metric_of(const std::string& name, int threads);

}  // namespace cli
