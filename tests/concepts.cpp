// SPDX-License-Identifier: MIT
// For each concept the least type that models it, and one type per defect that does not.
#include <asysvd/concepts.hpp>
#include <asysvd/train/report.hpp>
#include <asysvd/train/sampler.hpp>

#include <doctest/doctest.h>

using namespace asysvd;

namespace {

using Ratings = SparseMatrixView<float>;

struct LeastUserSampler {
  auto start(const Ratings&) const {
    return [](Random&, auto&& visit) { visit(Index{0}); };
  }
  void arrange(std::span<Index>, Random&) const {}
};
struct LeastRatingSampler {
  auto start(const Ratings&) const {
    return [](Random&, auto&& visit) { visit(Index{0}, Index{0}); };
  }
};
struct NoStart {
  void arrange(std::span<Index>, Random&) const {}
};
struct StartsNothing {
  int start(const Ratings&) const { return 0; }
};
struct StartNotConst {
  auto start(const Ratings&) {
    return [](Random&, auto&& visit) { visit(Index{0}, Index{0}); };
  }
};
struct NotCopyable : LeastRatingSampler {
  NotCopyable() = default;
  NotCopyable(const NotCopyable&) = delete;
  NotCopyable& operator=(const NotCopyable&) = delete;
};

static_assert(UserSampler<LeastUserSampler> && !RatingSampler<LeastUserSampler>);
static_assert(RatingSampler<LeastRatingSampler> && !UserSampler<LeastRatingSampler>);
static_assert(!Sampler<NoStart>);
static_assert(!Sampler<StartsNothing>);
static_assert(!Sampler<StartNotConst>);
static_assert(!Sampler<NotCopyable>);
static_assert(!Sampler<int>);
static_assert(UserSampler<ByUser> && UserSampler<Sequential> && RatingSampler<Shuffled> && RatingSampler<Uniform>);
static_assert(UserSampler<ByUser, double> && RatingSampler<Uniform, double>);

struct LeastFeedback {
  static constexpr bool has_biases = false;
  static constexpr bool has_explicit = false;
  static constexpr bool has_implicit = true;
  double explicit_scale(double) const { return 0; }
  double implicit_scale(double) const { return 1; }
};
struct NoPart : LeastFeedback {
  static constexpr bool has_implicit = false;
};
struct NoScale {
  static constexpr bool has_biases = false;
  static constexpr bool has_explicit = true;
  static constexpr bool has_implicit = false;
};
struct Weighs : LeastFeedback {
  double weight(double rating) const { return rating; }
};
struct WeighsNothing : LeastFeedback {
  void weight(double) const {}
};
static_assert(FeedbackPolicy<LeastFeedback> && !WeighingFeedback<LeastFeedback>);
static_assert(WeighingFeedback<Weighs> && FeedbackPolicy<WeighsNothing> && !WeighingFeedback<WeighsNothing>);
static_assert(WeighingFeedback<InteractionFeedback> && !WeighingFeedback<RawFeedback>);
static_assert(!FeedbackPolicy<NoPart>);
static_assert(!FeedbackPolicy<NoScale>);
static_assert(FeedbackPolicy<FullFeedback> && FeedbackPolicy<ExplicitFeedback> && FeedbackPolicy<ImplicitFeedback> &&
              FeedbackPolicy<RawFeedback>);

struct Looks {
  void operator()(const Progress&) const {}
};
struct Ends {
  bool operator()(const Progress&) { return false; }
};
struct WantsMore {
  void operator()(const Progress&, int) const {}
};
static_assert(FitObserver<Looks> && FitObserver<Ends> && FitObserver<Unobserved>);
static_assert(!FitObserver<WantsMore> && !FitObserver<int>);

}  // namespace

TEST_CASE("the concepts hold, or this file would not have compiled") {
  CHECK(FitObserver<Looks>);
}
