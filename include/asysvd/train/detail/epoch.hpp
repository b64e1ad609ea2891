// SPDX-License-Identifier: MIT
/// \file
/// One pass over the ratings: sampler in front, user pass or step behind, chosen once a fit.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <asysvd/concepts.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/random.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/detail/rows_in_unit.hpp>
#include <asysvd/train/detail/training.hpp>
#include <asysvd/train/detail/user_loops.hpp>
#include <asysvd/train/detail/user_pass.hpp>
#include <asysvd/train/detail/visit.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/step.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// One epoch's sum of squared errors, cut short as soon as it passes `limit` or is no number.
class Loss {
 public:
  explicit Loss(double limit) : limit_(limit) {}
  void add(double squared_error, Size samples) noexcept {
    sum_ += squared_error;
    samples_ += samples;
    exploded_ = exploded_ || !is_finite(sum_) || sum_ > limit_;
  }
  [[nodiscard]] bool exploded() const noexcept { return exploded_; }
  [[nodiscard]] double sum() const noexcept { return sum_; }
  [[nodiscard]] Size samples() const noexcept { return samples_; }
  [[nodiscard]] double mean_square() const noexcept { return samples_ > 0 ? sum_ / static_cast<double>(samples_) : 0; }

 private:
  double limit_;
  double sum_ = 0;
  Size samples_ = 0;
  bool exploded_ = false;
};

/// One of the parts, of about as many ratings each, that an epoch is run in.
struct Part {
  int number = 0;
  int count = 1;

  [[nodiscard]] bool first() const noexcept { return number == 0; }
  [[nodiscard]] bool last() const noexcept { return number + 1 == count; }
  /// How many of an epoch's `total` ratings lie before the next one; the last one has all that come.
  [[nodiscard]] Size end(Size total) const noexcept {
    return last() ? std::numeric_limits<Size>::max() : total / count * (number + 1);
  }
};

/// Runs one part of an epoch; all of them in their order, with the same random numbers going on. It is called once a
/// part; sampler and step are inlined into the loop behind it. So is the user pass, but for its loops over samples, which
/// it calls once a user: they do not depend on the sampler, and on the policy only by which parts p_u has, so that models
/// which differ in no more share them.
template <std::floating_point Scalar>
using Epoch = std::function<void(Random&, const Rates<Scalar>&, Loss&, Part)>;

/// `make_epoch` of a model's types: all that a fit needs of them, so that it is one function for models of all types.
template <std::floating_point Scalar>
using MakeEpoch = std::function<Epoch<Scalar>(const Training<Scalar>&)>;

/// Asks for the first thousand ratings or so of a profile that is soon needed.
template <std::floating_point Scalar>
void prefetch(const ProfileView<Scalar>& profile) noexcept {
  constexpr std::size_t line = 64 / sizeof(Scalar), most = 1024;
  for (std::size_t t = 0; t < std::min(profile.items.size(), most); t += line) {
    __builtin_prefetch(profile.items.data() + t);
    __builtin_prefetch(profile.ratings.data() + t);
  }
}

/// The loops of a kind of pass for rows of `stride` numbers on this processor: for each width, because the width decides
/// the speed. The two tracks of `Shrink::per_sample` with different λ_x and λ_y, which are rare, take a width that the
/// type of the model fixes, or else run at one width for all.
template <std::floating_point Scalar, int Fixed, PassKind Kind>
[[nodiscard]] LearnVisit<Scalar> loops_for([[maybe_unused]] Size stride) {
  if constexpr (Kind.tracks == 2) {
    return &UserLoops<Scalar, BuildTarget, Fixed, Kind>::learn;
  } else {
    return with_target_and_width<Scalar, Fixed>(stride, []<class Target, int Width>() -> LearnVisit<Scalar> {
      return &UserLoops<Scalar, Target, Width, Kind>::learn;
    });
  }
}

/// An epoch of a sampler that yields whole users, through the exact user pass of one kind and the loops of it.
template <std::floating_point Scalar, FeedbackPolicy Feedback, class Sampler>
[[nodiscard]] Epoch<Scalar> user_epoch(const Training<Scalar>& training, const Sampler& sampler,
                                       const Feedback& feedback, const PassKind& kind, LearnVisit<Scalar> learn) {
  struct {
    std::vector<Index> users;
    Size total = 0;        // ratings of theirs
    Size learned = 0;      // of those
    std::size_t next = 0;  // user
  } drawn;                 // of an epoch in several parts
  return [training, in_order = sampler.start(training.ratings),
          pass = UserPass<Scalar, Feedback, Sampler>(training, sampler, feedback, kind, learn),
          drawn = std::move(drawn)](Random& random, const Rates<Scalar>& rates, Loss& loss, Part part) mutable {
    const auto& ratings = training.ratings;
    const auto& learned_from = training.learned_from;
    // A user is learned from when the next one is named: until then the profile comes from memory.
    std::optional<Index> named;
    const auto learn_from = [&](std::optional<Index> user) {
      if (!user || loss.exploded()) return;
      loss.add(pass.visit(*user, random, rates), ratings.row(*user).size());
    };
    const auto meet = [&](Index user) {
      prefetch(ratings.row(user));
      learn_from(std::exchange(named, user));
    };
    const auto draw = [&](auto&& use) {
      in_order(random, [&](Index user) {
        if (learned_from.empty() || learned_from[user]) use(user);
      });
    };
    if (part.count == 1) {
      draw(meet);
    } else {
      if (part.first()) {
        drawn.users.clear();  // whose memory stays
        drawn.total = drawn.learned = 0;
        drawn.next = 0;
        draw([&](Index user) {
          drawn.users.push_back(user);
          drawn.total += ratings.row(user).size();
        });
      }
      for (; drawn.next < drawn.users.size() && drawn.learned < part.end(drawn.total); ++drawn.next) {
        const Index user = drawn.users[drawn.next];
        meet(user);
        drawn.learned += ratings.row(user).size();
      }
    }
    learn_from(named);
  };
}

/// An epoch of a sampler that yields single ratings, through a step.
template <int Width, class Step, std::floating_point Scalar, FeedbackPolicy Feedback, class Sampler>
[[nodiscard]] Epoch<Scalar> rating_epoch(const Training<Scalar>& training, const Sampler& sampler,
                                         const Feedback& feedback) {
  using Pass = typename Step::template Pass<Scalar, Feedback, Width>;
  return [&ratings = training.ratings, rows = RowsInUnit<Scalar>(training.ratings, training.unit),
          &learned_from = training.learned_from, weights = training.weights, &user_baseline = training.user_baseline,
          in_order = sampler.start(training.ratings), pass = Pass(training.parameters, feedback, training.options)](
             Random& random, const Rates<Scalar>& rates, Loss& loss, Part part) mutable {
    if (!part.first()) return;  // what it has drawn is not kept, and need not come again: the first part is the epoch
    in_order(random, [&](Index user, Index position) {
      if (loss.exploded() || !(learned_from.empty() || learned_from[user])) return;
      const auto place = static_cast<std::size_t>(ratings.offset(user) + position);
      loss.add(pass.apply({rows.row(user), user, static_cast<std::size_t>(position), user_baseline[user],
                           weights.empty() ? Scalar(1) : weights[place]},
                          rates),
               1);
    });
  };
}

/// The epoch that fits the sampler, the options and the number of factors. Borrows the policies; allocates all that it
/// will need.
///
/// A step, which touches n rows for each rating, takes a width that the type of the model fixes, or else runs at one
/// width for all.
template <int Factors, class Step, std::floating_point Scalar, FeedbackPolicy Feedback, class Sampler>
[[nodiscard]] Epoch<Scalar> make_epoch(const Training<Scalar>& training, const Sampler& sampler,
                                       const Feedback& feedback) {
  constexpr int fixed_width = width_of<Scalar>(Factors);
  if constexpr (UserSampler<Sampler, Scalar>) {
    static_assert(std::same_as<Step, GradientStep>,
                  "a sampler that yields whole users is learned from by the exact user pass; another step needs a "
                  "sampler of single ratings, such as Uniform or Shuffled");
    const auto with_loops = [&]<bool LeaveOneOut, int Tracks>() {
      constexpr PassKind kind{.x = Feedback::has_explicit,
                              .y = Feedback::has_implicit,
                              .biases = Feedback::has_biases,
                              .leave_one_out = LeaveOneOut,
                              .tracks = Tracks};
      return user_epoch(training, sampler, feedback, kind,
                        loops_for<Scalar, fixed_width, kind>(training.parameters.q.stride()));
    };
    const bool leave_one_out = training.options.leave_one_out;
    if constexpr (Feedback::has_explicit && Feedback::has_implicit) {
      const auto& lambda = training.options.regularization;
      if (training.options.shrink == Shrink::per_sample && lambda.x != lambda.y) {
        return leave_one_out ? with_loops.template operator()<true, 2>() : with_loops.template operator()<false, 2>();
      }
    }
    return leave_one_out ? with_loops.template operator()<true, 1>() : with_loops.template operator()<false, 1>();
  } else {
    return rating_epoch<fixed_width, Step>(training, sampler, feedback);
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
