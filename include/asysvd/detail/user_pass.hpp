// SPDX-License-Identifier: MIT
/// \file
/// The exact user pass: stochastic gradient descent over all the ratings of one user, O(k) a rating.
///
/// One sample (u, i) moves q_i by η(e·p − λ_q q_i), and every row of the profile: x_j by η(e·c_j q_i − λ_x x_j) and y_j
/// by η(e·d q_i − λ_y y_j). Done literally that is O(n·k). But every row receives the same vector, η·e·q_i, times a
/// weight of its own. So while the samples of one user follow each other, the pass keeps aside what the rows have
/// still to receive,
///
///     g ← a·g + η·e·q_i,   a = 1 − ηλ, or 1 if the rows shrink once a visit,
///
/// and the row x_j is at any moment decay·x_j + c_j·g, decay = aᵗ after t samples. The factors of the user, being a sum
/// over those rows, follow with S = Σ_j c_j² + d²:
///
///     p ← a·p + S·η·e·q_i.
///
/// Each row is read once when the visit begins and written once when it ends. Leaving the target out takes two more
/// things: its own term c_i·x_i + d·y_i, current, is subtracted from p before the prediction, and it does not receive
/// its own step, which is kept until the end for that. This is sequential SGD exactly; only rounding differs.
///
/// x and y share one g, one p and one set of profile terms ("track") as long as they decay alike; if they decay at
/// different rates, each has its own.
///
/// The three loops are flattened: at -O2 a compiler would otherwise leave some of Eigen's small functions as calls.
#pragma once

#include <array>
#include <concepts>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

#include <asysvd/detail/kernel.hpp>
#include <asysvd/detail/rates.hpp>
#include <asysvd/detail/user_factors.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/random.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd::detail {

template <std::floating_point Scalar, FeedbackPolicy Feedback, int Width, bool LeaveOneOut, int Tracks>
class UserPass {
 public:
  /// Allocates all that the visits need. The arguments are borrowed.
  UserPass(Parameters<Scalar>& parameters, const Feedback& feedback, const SparseMatrixView<Scalar>& ratings,
           const std::vector<Scalar>& user_baseline)
      : parameters_(parameters), feedback_(feedback), ratings_(ratings), user_baseline_(user_baseline) {
    const auto longest = static_cast<std::size_t>(ratings.longest_row());
    order_.resize(longest);
    weights_.resize(longest);
    left_.resize(longest);
    if constexpr (LeaveOneOut) terms_ = FactorMatrix<Scalar>(ratings.longest_row() * Tracks, parameters.factors());
    for (auto* vector : {&step_, &factors_}) vector->setZero(parameters.q.stride());
    for (auto& track : tracks_) {
      track.p.setZero(parameters.q.stride());
      track.g.setZero(parameters.q.stride());
    }
  }

  /// Learns from every rating of `user`, in the order that `sampler` gives them. Returns the sum of the squared errors
  /// that were met.
  template <class Sampler>
  double visit(Index user, const Sampler& sampler, Random& random, const Rates<Scalar>& rates) {
    const auto profile = ratings_.row(user);
    if (profile.empty()) return 0;
    const std::span<Index> order(order_.data(), profile.items.size());
    std::iota(order.begin(), order.end(), 0);
    sampler.arrange(order, random);

    const ProfileWeights<Scalar> weights(feedback_, profile.size(), parameters_.mean + user_baseline_[user]);
    gather(profile, weights);
    const double squared_error = learn(profile, order, user, weights.implicit_weight, rates);
    if (LeaveOneOut && rates.decaying()) count_decays(order, rates);
    scatter(profile, weights.implicit_weight, rates);
    return squared_error;
  }

 private:
  using Numbers = Vector<Scalar, Width>;
  /// Rows of a fixed width live in registers during a loop, as copies; others stay where they are, since a copy would
  /// allocate.
  template <class T>
  using Local = std::conditional_t<Width == Eigen::Dynamic, T&, T>;

  static constexpr bool has_x = Feedback::has_explicit;
  static constexpr bool has_y = Feedback::has_implicit;
  /// The track of y: that of x as well, unless there are two.
  static constexpr int y_track = Tracks - 1;

  /// What is kept current while samples follow each other.
  struct Track {
    Numbers p;         ///< this track's part of the user's factors
    Numbers g;         ///< what every row has still to receive, times its weight
    Scalar squares{};  ///< S: the sum of the squared weights
    Scalar decay{};    ///< what the rows as gathered have shrunk to
  };
  using TrackArray = std::array<Track, Tracks>;

  [[nodiscard]] Row<Scalar, Width> row(Scalar* data) const { return {data, parameters_.q.stride()}; }
  /// The place in `terms_` of the rating at `position` of the profile.
  [[nodiscard]] Row<Scalar, Width> term(std::size_t position, int track) {
    return row(terms_.data(static_cast<Size>(position) * Tracks + track));
  }

  /// A rating's squared weight on a track.
  [[nodiscard]] static Scalar square(int track, Scalar c, Scalar d) noexcept {
    Scalar sum = 0;
    if (has_x && track == 0) sum += c * c;
    if (has_y && track == y_track) sum += d * d;
    return sum;
  }

  /// Reads each row of the profile: p, S and, for leave-one-out, each row's own term. As the order plays no part in
  /// it, rows are taken as they are stored, which is the order that caches like best.
  [[gnu::flatten]] void gather(ProfileView<Scalar> profile, const ProfileWeights<Scalar>& weights) {
    Local<TrackArray> tracks = tracks_;
    for (auto& track : tracks) {
      track.p.setZero();
      track.g.setZero();
      track.squares = 0;
      track.decay = 1;
    }
    const Scalar d = weights.implicit_weight;
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const Scalar c = has_x ? weights.explicit_weight(profile.ratings[t], parameters_.item_baseline[j]) : Scalar(0);
      weights_[t] = c;
      for (int k = 0; k < Tracks; ++k) tracks[k].squares += square(k, c, d);
      if constexpr (has_x && has_y && Tracks == 1) {
        add_term(tracks[0], t, 0, c * row(parameters_.x.data(j)) + d * row(parameters_.y.data(j)));
      } else {
        if constexpr (has_x) add_term(tracks[0], t, 0, c * row(parameters_.x.data(j)));
        if constexpr (has_y) add_term(tracks[y_track], t, y_track, d * row(parameters_.y.data(j)));
      }
    }
    if constexpr (Width != Eigen::Dynamic) tracks_ = tracks;
  }

  template <class Expression>
  void add_term(Track& track, std::size_t t, int k, const Expression& expression) {
    if constexpr (LeaveOneOut) {
      auto own = term(t, k);
      own = expression;
      track.p += own;
    } else {
      track.p += expression;
    }
  }

  /// The samples one after the other: only q_i, the biases and the tracks move.
  [[gnu::flatten]] double learn(ProfileView<Scalar> profile, std::span<const Index> order, Index user, Scalar d,
                                const Rates<Scalar>& rates) {
    Local<TrackArray> tracks = tracks_;
    Local<Numbers> step = step_;
    Local<Numbers> p = factors_;
    const std::array<Scalar, 2> decays{has_x ? rates.decay_x : rates.decay_y, rates.decay_y};
    const Scalar mean = parameters_.mean;
    Scalar user_bias = parameters_.user_bias[user];
    double squared_error = 0;
    for (const Index position : order) {
      const auto t = static_cast<std::size_t>(position);
      const Index item = profile.items[t];
      const Scalar c = weights_[t];
      Scalar& item_bias = parameters_.item_bias[item];
      auto q = row(parameters_.q.data(item));

      p = tracks[0].p;
      if constexpr (Tracks == 2) p += tracks[1].p;
      if constexpr (LeaveOneOut) {
        for (int k = 0; k < Tracks; ++k) p -= tracks[k].decay * term(t, k) + square(k, c, d) * tracks[k].g;
      }
      // Everything but the dot product is known early; it alone is on the path from one sample to the next.
      const Scalar rest = profile.ratings[t] - mean - item_bias - user_bias;
      const Scalar error = rest - (p * q).sum();
      squared_error += static_cast<double>(error) * error;
      if constexpr (Feedback::has_biases) {
        user_bias += rates.eta * (error - rates.lambda_bias * user_bias);
        item_bias += rates.eta * (error - rates.lambda_bias * item_bias);
      }

      const Scalar scaled = rates.eta * error;
      step = scaled * q;
      q = rates.decay_q * q + scaled * p;
      for (int k = 0; k < Tracks; ++k) {
        auto& track = tracks[k];
        const Scalar receivers = LeaveOneOut ? track.squares - square(k, c, d) : track.squares;
        track.g = decays[k] * track.g + step;
        track.p = decays[k] * track.p + receivers * step;
        track.decay *= decays[k];
      }
      if constexpr (LeaveOneOut) term(t, 0) = step;  // its term has served; what it must not receive takes the place
    }
    parameters_.user_bias[user] = user_bias;
    if constexpr (Width != Eigen::Dynamic) tracks_ = tracks;
    return squared_error;
  }

  /// For each rating, the decay of the samples after it: its own step, as part of g, was subject to that.
  void count_decays(std::span<const Index> order, const Rates<Scalar>& rates) {
    std::array<Scalar, 2> left{1, 1};
    for (auto position = order.rbegin(); position != order.rend(); ++position) {
      left_[*position] = left;
      left[0] *= rates.decay_x;
      left[1] *= rates.decay_y;
    }
  }

  /// Writes each row of the profile.
  [[gnu::flatten]] void scatter(ProfileView<Scalar> profile, Scalar d, const Rates<Scalar>& rates) {
    const Local<TrackArray> tracks = tracks_;
    const bool decaying = rates.decaying();
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const auto [left_x, left_y] = decaying ? left_[t] : std::array<Scalar, 2>{1, 1};
      if constexpr (has_x) receive(parameters_.x.data(j), tracks[0], rates.visit_x, weights_[t], t, left_x);
      if constexpr (has_y) receive(parameters_.y.data(j), tracks[y_track], rates.visit_y, d, t, left_y);
    }
  }

  void receive(Scalar* data, const Track& track, Scalar shrink, Scalar weight, std::size_t t, Scalar left) {
    auto values = row(data);
    const Scalar old = shrink * track.decay;
    const Scalar gain = shrink * weight;
    if constexpr (LeaveOneOut) {
      values = old * values + gain * (track.g - left * term(t, 0));
    } else {
      values = old * values + gain * track.g;
    }
  }

  Parameters<Scalar>& parameters_;
  const Feedback& feedback_;
  const SparseMatrixView<Scalar>& ratings_;
  const std::vector<Scalar>& user_baseline_;

  std::vector<Index> order_;                 // positions of the profile, as they are learned from
  std::vector<Scalar> weights_;              // c_j, by position
  std::vector<std::array<Scalar, 2>> left_;  // of x and y, by position
  FactorMatrix<Scalar> terms_;               // before a sample its own terms, one per track; after it its own step
  TrackArray tracks_{};
  Numbers step_, factors_;
};

}  // namespace asysvd::detail
