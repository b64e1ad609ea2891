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
/// A sample waits for the factors that the one before it has moved, and the dot product takes long to come. Where rows
/// are short, two samples are therefore learned from together: the second meets p plus a multiple of the first one's
/// e·q, so both dot products are begun at once, and q·q tells what the first changes about the second (`learn_block`).
///
/// Where items that the user has not rated are samples as well (`NegativeSampler`), the targets are 1 and 0, and μ and
/// b_u are and stay 0. A drawn item has no term in p: nothing is left out for it and nothing kept.
///
/// x and y share one g, one p and one set of profile terms ("track") as long as they decay alike; if they decay at
/// different rates, each has its own.
///
/// The loops are written in packets: for a width known at compile time they unroll, and p, g and the row at hand stay
/// in registers. That takes every piece of a loop inlined, which compilers leave off where loops are many: hence
/// `flatten` in what runs a loop for its target, and in the loop over samples, where that is not enough for either
/// compiler, an attribute for each piece.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/feedback.hpp>
#include <asysvd/random.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/detail/negatives.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/detail/rows_in_unit.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd::detail {

template <std::floating_point Scalar, FeedbackPolicy Feedback, class Target, int Width, bool LeaveOneOut, int Tracks,
          bool Negatives = false>
class UserPass {
 public:
  /// Allocates all that the visits need. The arguments are borrowed.
  UserPass(Parameters<Scalar>& parameters, const Feedback& feedback, const SparseMatrixView<Scalar>& ratings,
           std::span<const Scalar> sample_weights, const std::vector<Scalar>& user_baseline, Scalar unit = 1,
           Size samples_per_rating = 1)
      : parameters_(parameters),
        feedback_(feedback),
        ratings_(ratings),
        rows_(ratings, unit),
        sample_weights_(sample_weights),
        user_baseline_(user_baseline),
        longest_(static_cast<std::size_t>(ratings.longest_row())),
        order_(longest_ * static_cast<std::size_t>(samples_per_rating)),
        others_(Negatives && ratings.implicit() != nullptr ? ratings.cols() : 0),
        weights_(longest_),
        left_(longest_),
        terms_(LeaveOneOut ? (ratings.longest_row() + (Negatives ? 2 : 0)) * Tracks : 0, parameters.q.stride()),
        places_(Width == Eigen::Dynamic ? 2 * Tracks + 1 : 0, parameters.q.stride()) {}

  /// Learns from every rating of `user`, and what is drawn beside them, in the order that `sampler` gives them. Returns
  /// the sum of the squared errors that were met.
  template <class Sampler>
  double visit(Index user, const Sampler& sampler, Random& random, const Rates<Scalar>& rates) {
    const auto profile = rows_.row(user);
    if (profile.empty()) return 0;
    const auto rated = profile.items.size();
    std::span<Index> order(order_.data(), rated);
    std::iota(order.begin(), order.end(), 0);
    if constexpr (Negatives) {
      order = {order_.data(), static_cast<std::size_t>(samples_of(sampler, profile, ratings_.cols()))};
      if (order.size() > rated) others_.draw(profile, ratings_.cols(), random, order.subspan(rated));
    }
    sampler.arrange(order, random);

    const ProfileWeights<Scalar, Feedback> weights(feedback_, profile, parameters_.mean + user_baseline_[user]);
    Target::run([&]() __attribute__((always_inline)) { gather(profile, weights); });
    const double squared_error = Target::run([&]() __attribute__((always_inline)) {
      return learn(profile, order, user, weights.implicit_weight, rates);
    });
    if (LeaveOneOut && rates.decaying()) count_decays(order, rates);
    Target::run([&]() __attribute__((always_inline)) { scatter(profile, weights.implicit_weight, rates); });
    return squared_error;
  }

 private:
  using Pack = Packet<Scalar, Target>;
  static constexpr int size = Target::template packet_size<Scalar>;
  using Numbers = PacketRow<Scalar, Target, Width>;

  /// How many samples are in flight: as many as leave their rows in registers.
  static constexpr int block = Width == Eigen::Dynamic || Width / size > 4 ? 1 : 2;

  /// Whether a sample meets the factors of the user as they stand.
  static constexpr bool as_it_stands = !LeaveOneOut && Tracks == 1;

  static constexpr bool has_x = Feedback::has_explicit;
  static constexpr bool has_y = Feedback::has_implicit;
  static constexpr bool has_user_bias = Feedback::has_biases && !Negatives;
  /// The track of y: that of x as well, unless there are two.
  static constexpr int y_track = Tracks - 1;

  /// What is kept current while samples follow each other. A loop works on a copy, so that it stays in registers.
  struct Track {
    Numbers p;       ///< this track's part of the user's factors
    Numbers g;       ///< what every row has still to receive, times its weight
    Scalar squares;  ///< S: the sum of the squared weights
    Scalar decay;    ///< what the rows as gathered have shrunk to
  };
  using TrackArray = std::array<Track, Tracks>;

  /// Calls `work(i)` for each packet of a row, or `work(i, side)`, side being 0 and 1 in turn.
  template <class Work>
  [[gnu::always_inline]] void each_packet(Work work) const {
    const auto take = [&](auto i, auto side) __attribute__((always_inline)) {
      if constexpr (std::invocable<Work&, int, decltype(side)>) {
        work(i, side);
      } else {
        work(i);
      }
    };
    if constexpr (Width == Eigen::Dynamic) {
      constexpr std::integral_constant<int, 0> left;
      constexpr std::integral_constant<int, 1> right;
      constexpr bool may_be_odd = FactorMatrix<Scalar>::lanes == size;
      const auto packets = static_cast<int>(parameters_.q.stride()) / size;
      int i = 0;
      for (; i + 1 < packets; i += 2) {
        take(i, left);
        take(i + 1, right);
      }
      if (may_be_odd && i < packets) take(i, left);
    } else {
      each<Width / size>([&](auto i) __attribute__((always_inline)) { take(i, std::integral_constant<int, i % 2>{}); });
    }
  }
  /// Calls `work(n)` for each n of 0 to Count - 1, a constant.
  template <int Count, class Work>
  [[gnu::always_inline]] static void each(Work work) {
    unrolled(work, std::make_integer_sequence<int, Count>{});
  }
  template <class Work, int... i>
  [[gnu::always_inline]] static void unrolled(Work& work, std::integer_sequence<int, i...>) {
    (work(std::integral_constant<int, i>{}), ...);
  }

  /// A row of factors. A width that is known spares the multiplication by the stride.
  [[nodiscard, gnu::always_inline]] static Pack* row(FactorMatrix<Scalar>& factors, Size j) noexcept {
    return reinterpret_cast<Pack*>(Width == Eigen::Dynamic ? factors.data(j) : factors.data(0) + j * Width);
  }

  /// A row at hand. Where it can't be in registers, `place` tells which memory it has.
  [[nodiscard]] Numbers numbers([[maybe_unused]] int place) {
    if constexpr (Width == Eigen::Dynamic) {
      return {row(places_, place)};
    } else {
      return {};
    }
  }

  /// The place in `terms_` of the rating at position `t` of the profile.
  [[nodiscard]] Pack* term(std::size_t t, int track) noexcept {
    return row(terms_, static_cast<Size>(t) * Tracks + track);
  }

  /// Whether a sample is an item that was drawn, and not a position of the profile.
  [[nodiscard, gnu::always_inline]] static bool is_drawn([[maybe_unused]] Index sample) noexcept {
    return Negatives && sample < 0;
  }
  [[nodiscard, gnu::always_inline]] static Index item_of(Index sample, ProfileView<Scalar> profile) noexcept {
    return is_drawn(sample) ? -1 - sample : profile.items[static_cast<std::size_t>(sample)];
  }
  [[nodiscard, gnu::always_inline]] static Scalar target(Index sample, ProfileView<Scalar> profile) noexcept {
    if constexpr (Negatives) return is_drawn(sample) ? 0 : 1;
    return profile.ratings[static_cast<std::size_t>(sample)];
  }
  /// Where drawn items find zeros for the term that they have not, and where they leave a step that nobody will look at.
  [[nodiscard]] std::size_t no_term() const noexcept { return longest_; }
  [[nodiscard]] std::size_t no_step() const noexcept { return longest_ + 1; }

  /// A rating's squared weight on a track.
  [[nodiscard]] static Scalar square(int track, Scalar c, Scalar d) noexcept {
    Scalar sum = 0;
    if (has_x && track == 0) sum += c * c;
    if (has_y && track == y_track) sum += d * d;
    return sum;
  }

  /// Reads each row of the profile: p, S and, for leave-one-out, each row's own term. As the order plays no part in
  /// it, rows are taken as they are stored, which is the order that caches like best.
  [[gnu::always_inline]] void gather(ProfileView<Scalar> profile, const ProfileWeights<Scalar, Feedback>& weights) {
    TrackArray tracks;
    each<Tracks>([&](auto k) {
      tracks[k] = {numbers(2 * k), numbers(2 * k + 1), 0, 1};
      each_packet([&](int i) { tracks[k].p[i] = tracks[k].g[i] = Pack{}; });
    });
    const Scalar d = weights.implicit_weight;
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const Scalar c = has_x ? weights.explicit_weight(profile.ratings[t], parameters_.item_baseline[j]) : Scalar(0);
      weights_[t] = c;
      each<Tracks>([&](auto k) {
        const bool x_here = has_x && k == 0;
        const bool y_here = has_y && k == y_track;
        const Pack* const x = x_here ? row(parameters_.x, j) : nullptr;
        const Pack* const y = y_here ? row(parameters_.y, j) : nullptr;
        Pack* const own = LeaveOneOut ? term(t, k) : nullptr;
        tracks[k].squares += square(k, c, d);
        each_packet([&](int i) {
          Pack sum = x_here ? c * x[i] : d * y[i];
          if (x_here && y_here) sum += d * y[i];
          if (LeaveOneOut) own[i] = sum;
          tracks[k].p[i] += sum;
        });
      });
    }
    if constexpr (has_y) {
      Track& track = tracks[y_track];
      for (const Index j : profile.unrated) {  // never a sample, so never left out: no term to keep
        const Pack* const y = row(parameters_.y, j);
        track.squares += d * d;
        each_packet([&](int i) { track.p[i] += d * y[i]; });
      }
    }
    tracks_ = tracks;
  }

  /// The samples, a block of them at a time: only q_i, the biases and the tracks move.
  [[gnu::always_inline]] double learn(ProfileView<Scalar> profile, std::span<const Index> order, Index user, Scalar d,
                                      const Rates<Scalar>& rates) {
    Descent at{tracks_, profile, rates, d, parameters_.user_bias[user]};
    at.sample_weights = sample_weights_.empty() ? nullptr : sample_weights_.data() + ratings_.offset(user);
    at.decay_user = powers(rates.decay_user(profile.size()));
    at.decays = {powers(has_x ? rates.decay_x : rates.decay_y), powers(rates.decay_y)};
    const Index* next = order.data();
    const Index* const end = next + order.size();
    for (; end - next >= block; next += block) {
      if constexpr (Negatives && block == 2) {  // the second would not see how the first has moved the item
        if (next[0] == next[1]) {
          for (int b = 0; b < block; ++b) learn_block<1>(at, next + b);
          continue;
        }
      }
      learn_block<block>(at, next);
    }
    for (; next < end; ++next) learn_block<1>(at, next);
    parameters_.user_bias[user] = at.user_bias;
    tracks_ = at.tracks;
    return at.squared_error;
  }

  /// 1, decay, decay², ... up to what a block needs.
  using Powers = std::array<Scalar, block + 1>;
  [[nodiscard]] static Powers powers(Scalar decay) noexcept {
    Powers all{1};
    for (int n = 0; n < block; ++n) all[n + 1] = all[n] * decay;
    return all;
  }

  /// Where the samples of a user stand.
  struct Descent {
    TrackArray tracks;
    const ProfileView<Scalar>& profile;
    const Rates<Scalar>& rates;
    Scalar d;
    Scalar user_bias;
    double squared_error = 0;
    const Scalar* sample_weights = nullptr;
    Powers decay_user{};
    std::array<Powers, 2> decays{};  // of the tracks
  };

  /// `Count` samples. What sample b meets is what was there before the block, decayed, and what each sample a before it
  /// has added, which is a multiple of its error e_a: to the user's bias η decay_user^(b-1-a), and to the factors
  /// reach_ab q_a. So all dot products are had at once, and what is left to do one after the other are the errors:
  ///
  ///     e_b = r − μ − b_i − decay_user^b b_u − p_b·q_b − Σ_{a<b} e_a (η decay_user^(b-1-a) + reach_ab q_a·q_b).
  template <int Count>
  [[gnu::always_inline]] void learn_block(Descent& at, const Index* samples) {
    auto& tracks = at.tracks;
    const auto& rates = at.rates;
    std::array<std::size_t, Count> t;
    std::array<Index, Count> item;
    Pack* q[Count];
    std::array<Scalar, Count> rate;  // η, times the weight of the sample
    std::array<Scalar, Count> decay_q;
    std::array<std::array<Scalar, Tracks>, Count> own;  // the rating's squared weight, if it is left out
    std::array<Numbers, Count> p;                       // before the block
    std::array<Scalar, Count> product;                  // p·q
    std::array<Scalar, Count> error;
    each<Count>([&](auto b) __attribute__((always_inline)) {
      t[b] = is_drawn(samples[b]) ? no_term() : static_cast<std::size_t>(samples[b]);
      item[b] = item_of(samples[b], at.profile);
      q[b] = row(parameters_.q, item[b]);
      decay_q[b] = rates.items[item[b]].decay_q;
      const bool weighed = at.sample_weights != nullptr && !is_drawn(samples[b]);
      rate[b] = weighed ? rates.eta * at.sample_weights[t[b]] : rates.eta;
      each<Tracks>([&](auto k) __attribute__((always_inline)) {
        own[b][k] = LeaveOneOut && !is_drawn(samples[b]) ? square(k, weights_[t[b]], at.d) : Scalar(0);
      });
      const Pack* const q_b = q[b];
      if constexpr (as_it_stands) {
        p[b] = tracks[0].p;
        product[b] =
            sum_over_packets([&](int i, Pack& sum) __attribute__((always_inline)) { sum += p[b][i] * q_b[i]; });
      } else {
        p[b] = numbers(2 * Tracks);
        product[b] = sum_over_packets([&](int i, Pack& sum) __attribute__((always_inline)) {
          Pack met{};
          each<Tracks>([&](auto k) __attribute__((always_inline)) {
            Pack part = tracks[k].p[i];
            if constexpr (LeaveOneOut) {
              part -= tracks[k].decay * term(t[b], k)[i];
              part -= own[b][k] * tracks[k].g[i];
            }
            if constexpr (Tracks == 2) part *= at.decays[k][b];
            met = k == 0 ? part : met + part;
          });
          p[b][i] = met;
          sum += met * q_b[i];
        });
      }
    });
    // One track decays as a whole: what p_b is still to be multiplied by, off the path of the dot product.
    const auto decayed = [&](int b) { return Tracks == 2 ? Scalar(1) : at.decays[0][b]; };

    std::array<std::array<Scalar, Count>, Count> reach;
    each<Count>([&](auto b) __attribute__((always_inline)) {
      Scalar& item_bias = parameters_.item_bias[item[b]];
      error[b] = target(samples[b], at.profile) - parameters_.mean - item_bias - at.decay_user[b] * at.user_bias -
                 decayed(b) * product[b];
      each<b>([&](auto a) __attribute__((always_inline)) {
        constexpr int between = b - 1 - a;
        reach[a][b] = 0;
        each<Tracks>([&](auto k) __attribute__((always_inline)) {
          reach[a][b] += at.decays[k][between] * (tracks[k].squares - own[a][k] - own[b][k]);
        });
        reach[a][b] *= rate[a];
        const auto multiply = [&](int i, Pack& sum) __attribute__((always_inline)) {
          sum += q[a][i] * q[b][i];
        };
        Scalar gain = reach[a][b] * sum_over_packets(multiply);
        if constexpr (has_user_bias) gain += at.decay_user[between] * rate[a];
        error[b] -= gain * error[a];
      });
      at.squared_error += static_cast<double>(error[b]) * error[b];
      if constexpr (Feedback::has_biases) {
        item_bias = rates.items[item[b]].decay_bias * item_bias + rate[b] * error[b];
      }
    });
    if constexpr (has_user_bias) {
      at.user_bias *= at.decay_user[Count];
      each<Count>([&](auto b) __attribute__((always_inline)) {
        at.user_bias += at.decay_user[Count - 1 - b] * rate[b] * error[b];
      });
    }

    // Numbers that rows in memory might hold, for all that a compiler knows, are at hand before these are written to.
    each_packet([&](int i) __attribute__((always_inline)) {
      Pack old[Count];
      Pack met[Count];
      each<Count>([&](auto b) __attribute__((always_inline)) {
        old[b] = q[b][i];
        met[b] = p[b][i];
      });
      each<Tracks>([&](auto k) __attribute__((always_inline)) {
        auto& track = tracks[k];
        Pack next_p = at.decays[k][Count] * track.p[i];
        Pack next_g = at.decays[k][Count] * track.g[i];
        each<Count>([&](auto b) __attribute__((always_inline)) {
          const Scalar left = at.decays[k][Count - 1 - b] * rate[b];
          next_p += (left * (track.squares - own[b][k]) * error[b]) * old[b];
          next_g += (left * error[b]) * old[b];
        });
        track.p[i] = next_p;
        track.g[i] = next_g;
      });
      each<Count>([&](auto b) __attribute__((always_inline)) {
        if constexpr (b > 0) met[b] *= decayed(b);
        each<b>([&](auto a) __attribute__((always_inline)) { met[b] += (reach[a][b] * error[a]) * old[a]; });
        const Scalar scaled = rate[b] * error[b];
        q[b][i] = scaled * met[b] + decay_q[b] * old[b];
        // Its own term has served; what it must not receive takes the place.
        if (LeaveOneOut) term(is_drawn(samples[b]) ? no_step() : t[b], 0)[i] = scaled * old[b];
      });
    });
    each<Tracks>([&](auto k) __attribute__((always_inline)) { tracks[k].decay *= at.decays[k][Count]; });
  }

  /// The sum of all numbers of what `add(i, sum)` adds up for each packet i, in two sums side by side where there are
  /// enough of them: that shortens the wait of one for the other.
  template <class Add>
  [[nodiscard, gnu::always_inline]] Scalar sum_over_packets(Add add) const {
    Pack sums[2] = {};
    constexpr bool few = Width != Eigen::Dynamic && Width / size < 4;
    each_packet([&](int i, auto side) __attribute__((always_inline)) { add(i, sums[few ? 0 : side]); });
    if constexpr (!few) sums[0] += sums[1];
    return sum_of<Scalar>(sums[0]);
  }

  /// For each rating, the decay of the samples after it: its own step, as part of g, was subject to that.
  void count_decays(std::span<const Index> order, const Rates<Scalar>& rates) {
    std::array<Scalar, 2> left{1, 1};
    for (auto sample = order.rbegin(); sample != order.rend(); ++sample) {
      if (!is_drawn(*sample)) left_[*sample] = left;
      left[0] *= rates.decay_x;
      left[1] *= rates.decay_y;
    }
  }

  /// Writes each row of the profile.
  [[gnu::always_inline]] void scatter(ProfileView<Scalar> profile, Scalar d, const Rates<Scalar>& rates) {
    const TrackArray tracks = tracks_;
    const bool decaying = rates.decaying();
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const auto [left_x, left_y] = decaying ? left_[t] : std::array<Scalar, 2>{1, 1};
      const Pack* const own = LeaveOneOut ? term(t, 0) : nullptr;
      if constexpr (has_x)
        receive<LeaveOneOut>(row(parameters_.x, j), tracks[0], rates.visit_x, weights_[t], own, left_x);
      if constexpr (has_y) receive<LeaveOneOut>(row(parameters_.y, j), tracks[y_track], rates.visit_y, d, own, left_y);
    }
    if constexpr (has_y) {
      for (const Index j : profile.unrated) receive<false>(row(parameters_.y, j), tracks[y_track], rates.visit_y, d);
    }
  }

  /// A row's share of what its track has kept aside, but for its own step, of which `left` is still in that.
  template <bool WithoutOwn>
  [[gnu::always_inline]] void receive(Pack* values, const Track& track, Scalar shrink, Scalar weight,
                                      const Pack* own = nullptr, Scalar left = 0) {
    const Scalar old = shrink * track.decay;
    const Scalar gain = shrink * weight;
    each_packet([&](int i) {
      Pack received = track.g[i];
      if constexpr (WithoutOwn) received -= left * own[i];
      values[i] = old * values[i] + gain * received;
    });
  }

  Parameters<Scalar>& parameters_;
  const Feedback& feedback_;
  const SparseMatrixView<Scalar>& ratings_;
  RowsInUnit<Scalar> rows_;
  std::span<const Scalar> sample_weights_;  // empty: all are 1
  const std::vector<Scalar>& user_baseline_;

  std::size_t longest_;                      // ratings of a user
  std::vector<Index> order_;                 // the samples of a visit: positions of the profile, or drawn items
  OtherItems others_;                        // that can be drawn
  std::vector<Scalar> weights_;              // c_j, by position
  std::vector<std::array<Scalar, 2>> left_;  // of x and y, by position
  FactorMatrix<Scalar> terms_;               // before a sample its own terms, one per track; after it its own step
  FactorMatrix<Scalar> places_;              // of rows at hand that are too wide for registers
  TrackArray tracks_{};
};

}  // namespace asysvd::detail
