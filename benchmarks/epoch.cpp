// SPDX-License-Identifier: MIT
// One epoch, by CPU time: the user pass, the per-sample step, and the baselines. Each reports the root of the mean
// squared error that its last epoch met, and fails if that is not below the one of its first.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "baselines.hpp"

using namespace asysvd;

namespace {

const SparseMatrix<float>& shape(const std::string& name) {
  static std::map<std::string, SparseMatrix<float>> made;
  auto& ratings = made[name];
  if (ratings.nonzeros() == 0) {
    ratings = synthetic(name == "100k" ? movielens_100k() : name == "1m" ? movielens_1m() : movielens_10m()).ratings;
  }
  return ratings;
}

/// Every so-maniest user, with all that they rated.
struct SomeUsers {
  Index every = 1;
  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [every = every, users = static_cast<Index>(ratings.rows())](Random&, auto&& visit) {
      for (Index user = 0; user < users; user += every) visit(user);
    };
  }
  void arrange(std::span<Index> positions, Random& random) const { random.shuffle(positions); }
};

/// The same ratings, one at a time, for a step that knows nothing of its neighbours.
struct OneByOne : SomeUsers {
  template <class Scalar>
  auto start(const SparseMatrixView<Scalar>& ratings) const {
    return [ratings, users = SomeUsers::start(ratings), order = std::vector<Index>()](Random& random,
                                                                                      auto&& visit) mutable {
      users(random, [&](Index user) {
        order.resize(static_cast<std::size_t>(ratings.row(user).size()));
        std::iota(order.begin(), order.end(), 0);
        random.shuffle(std::span(order));
        for (const Index position : order) visit(user, position);
      });
    };
  }
  void arrange() const = delete;  // of ratings, not of users
};
static_assert(UserSampler<SomeUsers> && RatingSampler<OneByOne>);

/// Runs epochs of the library, without what a fit does before and after them.
template <class Feedback, int Factors, class Step = GradientStep, class Sampler>
void run(benchmark::State& state, const SparseMatrix<float>& ratings, Options options, const Sampler& sampler) {
  auto parameters = initial_members<float, Feedback>(ratings, options).front();
  const std::vector<float> user_baseline = parameters.user_bias;
  const Feedback feedback;
  const std::vector<bool> everybody;
  auto epoch = detail::make_epoch<Factors, Step>(
      detail::Training<float>{parameters, ratings, {}, everybody, user_baseline, options}, sampler, feedback);
  const detail::Rates<float> rates(options, options.learning_rate, rating_counts<float>(ratings));
  Random random(1);
  detail::Loss first(1e30);
  epoch(random, rates, first, detail::Part{});  // also warms the caches
  double rmse = 0;
  Size samples = 0;
  for (auto unused : state) {
    detail::Loss loss(1e30);
    epoch(random, rates, loss, detail::Part{});
    rmse = std::sqrt(loss.mean_square());
    samples += loss.samples();
  }
  state.SetItemsProcessed(samples);
  state.counters["rmse"] = rmse;
  if (!(rmse < std::sqrt(first.mean_square()))) state.SkipWithError("the error did not fall");
}

Options options_for(int factors, bool leave_one_out) {
  Options options;
  options.factors = factors;
  options.leave_one_out = leave_one_out;
  options.members = 1;
  return options;
}

template <class Sampler, int Width>
void plain_mf(benchmark::State& state, const SparseMatrix<float>& ratings, int factors) {
  baselines::MatrixFactorization<Width, Sampler> model(ratings, factors);
  const double first = model.epoch();
  double last = 0;
  for (auto unused : state) last = model.epoch();
  state.SetItemsProcessed(state.iterations() * ratings.nonzeros());
  state.counters["rmse"] = std::sqrt(last / static_cast<double>(ratings.nonzeros()));
  if (!(last < first)) state.SkipWithError("the error did not fall");
}

template <class Sampler, int Width, bool Full>
void row_traffic(benchmark::State& state, const SparseMatrix<float>& ratings, int factors) {
  baselines::RowTraffic<Width, Sampler, Full> rows(ratings, factors);
  rows.epoch();
  for (auto unused : state) rows.epoch();
  state.SetItemsProcessed(state.iterations() * ratings.nonzeros());
  if (!(rows.trace() > 0)) state.SkipWithError("the rows were not written");
}

void lecture(benchmark::State& state, const SparseMatrix<float>& ratings, int factors) {
  constexpr Size samples = 20'000;
  baselines::Lecture model(ratings, factors);
  double last = 0;
  for (auto unused : state) last = model.run(samples);
  state.SetItemsProcessed(state.iterations() * samples);
  state.counters["rmse"] = std::sqrt(last / samples);
}

template <int Factors>
void add(const std::string& name) {
  constexpr int width = detail::width_of<float>(Factors);
  const auto at = [&](const std::string& what, auto function) {
    benchmark::RegisterBenchmark((what + "/" + name + "/k:" + std::to_string(Factors)).c_str(),
                                 [function, name](benchmark::State& state) { function(state, shape(name)); })
        ->Unit(benchmark::kMillisecond);
  };
  at("plain_mf/by_user", [](auto& state, auto& ratings) { plain_mf<ByUser, width>(state, ratings, Factors); });
  at("plain_mf/sequential", [](auto& state, auto& ratings) { plain_mf<Sequential, width>(state, ratings, Factors); });
  at("traffic/explicit",
     [](auto& state, auto& ratings) { row_traffic<ByUser, width, false>(state, ratings, Factors); });
  at("traffic/full", [](auto& state, auto& ratings) { row_traffic<ByUser, width, true>(state, ratings, Factors); });
  at("user_pass/explicit", [](auto& state, auto& ratings) {
    run<ExplicitFeedback, Dynamic>(state, ratings, options_for(Factors, false), ByUser{});
  });
  at("user_pass/explicit/fixed_k", [](auto& state, auto& ratings) {
    run<ExplicitFeedback, Factors>(state, ratings, options_for(Factors, false), ByUser{});
  });
  at("user_pass/explicit/sequential", [](auto& state, auto& ratings) {
    run<ExplicitFeedback, Factors>(state, ratings, options_for(Factors, false), Sequential{});
  });
  at("user_pass/full_leave_one_out", [](auto& state, auto& ratings) {
    run<FullFeedback, Dynamic>(state, ratings, options_for(Factors, true), ByUser{});
  });
  // A hundredth of the users: the same profiles, in a time that one can wait for.
  at("some_users/user_pass", [](auto& state, auto& ratings) {
    run<ExplicitFeedback, Factors>(state, ratings, options_for(Factors, false), SomeUsers{100});
  });
  at("some_users/per_sample", [](auto& state, auto& ratings) {
    run<ExplicitFeedback, Factors>(state, ratings, options_for(Factors, false), OneByOne{{100}});
  });
  at("lecture", [](auto& state, auto& ratings) { lecture(state, ratings, Factors); });
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* name : {"100k", "1m", "10m"}) {
    add<10>(name);
    add<16>(name);
    add<32>(name);
    add<64>(name);
    add<128>(name);
  }
  benchmark::AddCustomContext("compiler", __VERSION__);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
