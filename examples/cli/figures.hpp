// SPDX-License-Identifier: MIT
/// \file
/// What a model was measured at, as tables and as members of a JSON object.
#pragma once

#include <nlohmann/json.hpp>

#include "measure.hpp"

namespace cli {

/// Prints the errors beside those of the simple predictors.
void print_rating_errors(const asysvd::RatingError& error, const Matrix& train, const Matrix& test,
                         nlohmann::ordered_json& object);

/// Prints a line for each cutoff.
void print_ranking(const asysvd::RankingReport& ranking, nlohmann::ordered_json& object);

}  // namespace cli
