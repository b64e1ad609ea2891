// SPDX-License-Identifier: MIT
#include "measure.hpp"

#include <asysvd/evaluate/fold_in.hpp>

#include <charconv>
#include <stdexcept>
#include <string_view>

#include "progress_bar.hpp"

namespace cli {

namespace {

bool knows_users_of(const AnyModel& model, const Matrix& train) {
  return train.rows() <= model.ratings().rows() && train.cols() <= model.items();
}

}  // namespace

asysvd::RatingError measure_rating_error(const AnyModel& model, const Matrix& train, const Matrix& test,
                                         bool strangers) {
  if (!strangers && knows_users_of(model, train)) return asysvd::rating_error(model, train, test);
  return asysvd::rating_error(asysvd::FoldIn(model, train), train, test);
}

asysvd::RankingReport measure_ranking(const AnyModel& model, const Matrix& train, const Matrix& test,
                                      const std::vector<int>& cutoffs, asysvd::EvaluationOptions options,
                                      bool strangers) {
  ProgressBar bar;
  options.observer = [&](double share) { bar(share); };
  if (!strangers && knows_users_of(model, train)) return asysvd::ranking(model, train, test, cutoffs, options);
  return asysvd::ranking(asysvd::FoldIn(model, train), train, test, cutoffs, options);
}

asysvd::Metric<AnyModel::Measure> metric_of(const std::string& name, int threads) {
  if (name == "rmse") return {};
  if (name == "mae") {
    return asysvd::minimize(AnyModel::Measure([](const AnyModel& model, const Matrix& validation) {
      return measure_rating_error(model, model.ratings(), validation).mae;
    }));
  }
  std::string names;
  for (const auto& [list_metric, value] : asysvd::ListMetrics::all()) {
    names.append(list_metric).append(", ");
    const auto head = std::string(list_metric) + '@';
    if (!name.starts_with(head)) continue;
    const char* const end = name.data() + name.size();
    int cutoff = 0;
    const auto number = std::from_chars(name.data() + head.size(), end, cutoff);
    if (number.ec != std::errc{} || number.ptr != end || cutoff < 1) break;
    return asysvd::maximize(
        AnyModel::Measure([cutoff, threads, value = value](const AnyModel& model, const Matrix& validation) {
          return asysvd::ranking(model, model.ratings(), validation, {cutoff}, {.threads = threads}).at[0].*value;
        }));
  }
  throw std::invalid_argument("--metric " + name + ": expected rmse, mae, or " + names +
                              "each with the length of the lists, such as ndcg@10");
}

}  // namespace cli
