// SPDX-License-Identifier: MIT
#include "measure.hpp"

#include <asysvd/evaluate/fold_in.hpp>

namespace cli {

namespace {

bool knows_users_of(const AnyModel& model, const Matrix& train) {
  return train.rows() <= model.ratings().rows() && train.cols() <= model.items();
}

}  // namespace

asysvd::RatingError measure_rating_error(const AnyModel& model, const Matrix& train, const Matrix& test) {
  if (knows_users_of(model, train)) return asysvd::rating_error(model, train, test);
  return asysvd::rating_error(asysvd::FoldIn(model, train), train, test);
}

asysvd::RankingReport measure_ranking(const AnyModel& model, const Matrix& train, const Matrix& test,
                                      const std::vector<int>& cutoffs, const asysvd::EvaluationOptions& options) {
  if (knows_users_of(model, train)) return asysvd::ranking(model, train, test, cutoffs, options);
  return asysvd::ranking(asysvd::FoldIn(model, train), train, test, cutoffs, options);
}

}  // namespace cli
