// SPDX-License-Identifier: MIT
/// \file
/// The loops of the exact user pass, for one kind of pass, one target and one width of rows; `UserPass` derives what they
/// do.
///
/// They are written in packets: for a width known at compile time they unroll, and p, g and the row at hand stay in
/// registers. That takes every piece of a loop inlined, which compilers leave off where loops are many: hence `flatten`
/// in what runs a loop for its target, and in the loop over samples, where that is not enough for every compiler, an
/// attribute for each piece. And it takes short loops over packets, tracks and samples in flight unrolled before arrays
/// are taken apart into registers, which g++ does where a pragma asks for it.
///
/// All that is the same for every width is in `UserPass` and not here: a model whose number of factors is found at run
/// time has all these loops, and each takes its time to compile. So loops over packets are written out, too: through one
/// function that is given what to do with each of them, that time is longer.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <utility>

#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/detail/visit.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

template <std::floating_point Scalar, class Target, int Width, PassKind Kind>
class UserLoops {
 public:
  /// \copydoc LearnVisit
  static double learn(const Visit<Scalar>& visit) {
    UserLoops loops(visit);
    Target::template run<&UserLoops::gather>(loops);
    const double squared_error = Target::template run<&UserLoops::descend>(loops);
    Target::template run<&UserLoops::scatter>(loops);
    return squared_error;
  }

 private:
  explicit UserLoops(const Visit<Scalar>& visit)
      : visit_(visit), parameters_(visit.parameters), memory_(visit.memory) {}

  using Pack = Packet<Scalar, Target>;
  static constexpr int size = Target::template packet_size<Scalar>;
  using Numbers = PacketRow<Scalar, Target, Width>;

  /// Whether the compiler knows the width: rows at hand, p and g are then in registers as far as these go.
  static constexpr bool known_width = Width != Eigen::Dynamic;

  /// How many samples are in flight: as many as leave their rows in registers.
  static constexpr int block = known_width && Width / size <= 4 ? 2 : 1;

  /// How many packets of a row a loop is unrolled by: all, if their number is known, else what divides it.
  static constexpr int unrolled = (known_width ? Width : static_cast<int>(FactorMatrix<Scalar>::lanes)) / size;

  /// Whether a sample meets the factors of the user as they stand.
  static constexpr bool as_it_stands = !Kind.leave_one_out && Kind.tracks == 1;

  /// Whether g is kept with each sample. Where every row receives every step, p = decay·p⁰ + S·g, so that p is enough:
  /// the place of g holds p⁰, p as gathered, until the samples are done.
  static constexpr bool keeps_g = Kind.leave_one_out;

  /// The track of y: that of x as well, unless there are two.
  static constexpr int y_track = Kind.tracks - 1;

  /// What is kept current while samples follow each other. A loop works on a copy, so that it stays in registers.
  struct Track {
    Numbers p;       ///< this track's part of the user's factors
    Numbers g;       ///< what every row has still to receive, times its weight; see `keeps_g`
    Scalar squares;  ///< S: the sum of the squared weights
    Scalar decay;    ///< what the rows as gathered have shrunk to
  };
  using TrackArray = std::array<Track, Kind.tracks>;

  [[nodiscard, gnu::always_inline]] int packets() const noexcept {
    return known_width ? unrolled : static_cast<int>(parameters_.q.stride()) / size;
  }

  /// Sums of packets, two side by side where there are enough of them: that shortens the wait of one for the other. A loop
  /// that has one packet at a time fills them by turns.
  static constexpr int sides = known_width && unrolled < 4 ? 1 : 2;
  struct Sum {
    Pack of[sides];
    [[gnu::always_inline]] void take_turns() noexcept {
      if constexpr (unrolled < sides) std::swap(of[0], of[1]);
    }
    [[nodiscard, gnu::always_inline]] Scalar total() noexcept {
      if constexpr (sides == 2) of[0] += of[1];
      return sum_of<Scalar>(of[0]);
    }
  };

  /// A row of factors. A width that is known spares the multiplication by the stride.
  [[nodiscard, gnu::always_inline]] static Pack* row(FactorMatrix<Scalar>& factors, Size j) noexcept {
    return reinterpret_cast<Pack*>(known_width ? factors.data(0) + j * Width : factors.data(j));
  }

  /// Asks for a row that is soon needed, so that it comes from the farther caches while something else is computed.
  [[gnu::always_inline]] static void prefetch(FactorMatrix<Scalar>& factors, Size j) noexcept {
    constexpr int line = 64 / sizeof(Scalar);
    const Scalar* const values = reinterpret_cast<const Scalar*>(row(factors, j));
    const Size count = known_width ? Width : factors.stride();
#pragma GCC unroll 8
    for (Size i = 0; i < count; i += line) __builtin_prefetch(values + i);
  }

  /// A row at hand. Where its width is not known, `place` tells which memory it has.
  [[nodiscard, gnu::always_inline]] Numbers numbers([[maybe_unused]] int place) const {
    if constexpr (known_width) {
      return {};
    } else {
      return {row(memory_.places, place)};
    }
  }

  /// The place in `terms` of the rating at position `t` of the profile.
  [[nodiscard, gnu::always_inline]] Pack* term(std::size_t t, int track) const noexcept {
    return row(memory_.terms, static_cast<Size>(t) * Kind.tracks + track);
  }

  /// A rating's squared weight on a track.
  [[nodiscard, gnu::always_inline]] static Scalar square(int track, Scalar c, Scalar d) noexcept {
    Scalar sum = 0;
    if (Kind.x && track == 0) sum += c * c;
    if (Kind.y && track == y_track) sum += d * d;
    return sum;
  }

  /// Reads each row of the profile: p, S and, for leave-one-out, each row's own term. As the order plays no part in
  /// it, rows are taken as they are stored, which is the order that caches like best.
  [[gnu::always_inline]] void gather() {
    const int all = packets();
    TrackArray tracks;
#pragma GCC unroll 2
    for (int k = 0; k < Kind.tracks; ++k) {
      tracks[k] = {numbers(2 * k), numbers(2 * k + 1), 0, 1};
      for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
        for (int i = first; i < first + unrolled; ++i) tracks[k].p.values[i] = tracks[k].g.values[i] = Pack{};
      }
    }
    const auto& profile = visit_.profile;
    const Scalar d = visit_.implicit_weight;
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const Scalar c = memory_.weights[t];
#pragma GCC unroll 2
      for (int k = 0; k < Kind.tracks; ++k) {
        const bool x_here = Kind.x && k == 0;
        const bool y_here = Kind.y && k == y_track;
        const Pack* const x = x_here ? row(parameters_.x, j) : nullptr;
        const Pack* const y = y_here ? row(parameters_.y, j) : nullptr;
        Pack* const own = Kind.leave_one_out ? term(t, k) : nullptr;
        tracks[k].squares += square(k, c, d);
        for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
          for (int i = first; i < first + unrolled; ++i) {
            Pack sum = x_here ? c * x[i] : d * y[i];
            if (x_here && y_here) sum += d * y[i];
            if (Kind.leave_one_out) own[i] = sum;
            tracks[k].p.values[i] += sum;
          }
        }
      }
    }
    if constexpr (Kind.y) {
      Track& track = tracks[y_track];
      for (const Index j : profile.unrated) {  // never a sample, so never left out: no term to keep
        const Pack* const y = row(parameters_.y, j);
        track.squares += d * d;
        for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
          for (int i = first; i < first + unrolled; ++i) track.p.values[i] += d * y[i];
        }
      }
    }
    if constexpr (!keeps_g) {
#pragma GCC unroll 2
      for (int k = 0; k < Kind.tracks; ++k) {
        for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
          for (int i = first; i < first + unrolled; ++i) tracks[k].g.values[i] = tracks[k].p.values[i];
        }
      }
    }
    tracks_ = tracks;
  }

  /// The samples, a block of them at a time: only q_i, the biases and the tracks move.
  [[gnu::always_inline]] double descend() {
    const auto& rates = visit_.rates;
    Scalar& user_bias = parameters_.user_bias[visit_.user];
    Descent at{tracks_, user_bias};
    at.decay_user = powers(rates.decay_user(visit_.profile.size()));
    at.decays = {powers(Kind.x ? rates.decay_x : rates.decay_y), powers(rates.decay_y)};
    const auto& items = visit_.profile.items;
    const Index* next = visit_.samples.data();
    const Index* const end = next + visit_.samples.size();
    for (; end - next >= block; next += block) {
#pragma GCC unroll 2
      for (int b = 0; b < block; ++b) {
        const Index* const later = std::min(next + block + b, end - 1);
        prefetch(parameters_.q, items[static_cast<std::size_t>(*later)]);
      }
      learn_block<block>(at, next);
    }
    if constexpr (block > 1) {
      if (next < end) learn_block<1>(at, next);
    }
    user_bias = at.user_bias;
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
    Scalar user_bias;
    double squared_error = 0;
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
    const auto& rates = visit_.rates;
    const int all = packets();
    std::size_t t[Count];
    Index item[Count];
    Pack* q[Count];
    Scalar rate[Count];  // η, times the weight of the sample
    Scalar decay_q[Count];
    Scalar own[Count][Kind.tracks];   // the rating's squared weight, if it is left out,
    Pack* terms[Count][Kind.tracks];  // and its own terms
    Numbers p[Count];                 // before the block
    Scalar error[Count];
#pragma GCC unroll 2
    for (int b = 0; b < Count; ++b) {
      t[b] = static_cast<std::size_t>(samples[b]);
      item[b] = visit_.profile.items[t[b]];
      q[b] = row(parameters_.q, item[b]);
      decay_q[b] = rates.items[item[b]].decay_q;
      rate[b] = visit_.sample_weights != nullptr ? rates.eta * visit_.sample_weights[t[b]] : rates.eta;
#pragma GCC unroll 2
      for (int k = 0; k < Kind.tracks; ++k) {
        own[b][k] = Kind.leave_one_out ? square(k, memory_.weights[t[b]], visit_.implicit_weight) : Scalar(0);
        terms[b][k] = Kind.leave_one_out ? term(t[b], k) : nullptr;
      }
      p[b] = as_it_stands ? tracks[0].p : numbers(2 * Kind.tracks);
    }

    Sum product[Count]{};         // p_b·q_b
    Sum between[Count][Count]{};  // q_a·q_b
    for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
      for (int i = first; i < first + unrolled; ++i) {
#pragma GCC unroll 2
        for (int b = 0; b < Count; ++b) {
          if constexpr (!as_it_stands) {
            Pack met{};
#pragma GCC unroll 2
            for (int k = 0; k < Kind.tracks; ++k) {
              Pack part = tracks[k].p.values[i];
              if constexpr (Kind.leave_one_out) {
                part -= tracks[k].decay * terms[b][k][i];
                part -= own[b][k] * tracks[k].g.values[i];
              }
              if constexpr (Kind.tracks == 2) part *= at.decays[k][b];
              met = k == 0 ? part : met + part;
            }
            p[b].values[i] = met;
          }
          product[b].of[(i - first) % sides] += p[b].values[i] * q[b][i];
#pragma GCC unroll 2
          for (int a = 0; a < Count; ++a) {
            if (a < b) between[a][b].of[(i - first) % sides] += q[a][i] * q[b][i];
          }
        }
      }
      product[0].take_turns();  // of one sample alone: in such a loop none are in flight together
    }
    // One track decays as a whole: what p_b is still to be multiplied by, off the path of the dot product.
    const auto decayed = [&](int b) { return Kind.tracks == 2 ? Scalar(1) : at.decays[0][b]; };

    Scalar reach[Count][Count];
#pragma GCC unroll 2
    for (int b = 0; b < Count; ++b) {
      Scalar& item_bias = parameters_.item_bias[item[b]];
      error[b] = visit_.profile.ratings[t[b]] - parameters_.mean - item_bias - at.decay_user[b] * at.user_bias -
                 decayed(b) * product[b].total();
#pragma GCC unroll 2
      for (int a = 0; a < Count; ++a) {
        if (a >= b) continue;
        const int apart = b - 1 - a;
        reach[a][b] = 0;
#pragma GCC unroll 2
        for (int k = 0; k < Kind.tracks; ++k) {
          reach[a][b] += at.decays[k][apart] * (tracks[k].squares - own[a][k] - own[b][k]);
        }
        reach[a][b] *= rate[a];
        Scalar gain = reach[a][b] * between[a][b].total();
        if constexpr (Kind.biases) gain += at.decay_user[apart] * rate[a];
        error[b] -= gain * error[a];
      }
      at.squared_error += static_cast<double>(error[b]) * error[b];
      if constexpr (Kind.biases) {
        item_bias = rates.items[item[b]].decay_bias * item_bias + rate[b] * error[b];
      }
    }
    if constexpr (Kind.biases) {
      at.user_bias *= at.decay_user[Count];
#pragma GCC unroll 2
      for (int b = 0; b < Count; ++b) {
        at.user_bias += at.decay_user[Count - 1 - b] * rate[b] * error[b];
      }
    }

    // Numbers that rows in memory might hold, for all that a compiler knows, are at hand before these are written to.
    for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
      for (int i = first; i < first + unrolled; ++i) {
        Pack old[Count];
        Pack met[Count];
#pragma GCC unroll 2
        for (int b = 0; b < Count; ++b) {
          old[b] = q[b][i];
          met[b] = p[b].values[i];
        }
#pragma GCC unroll 2
        for (int k = 0; k < Kind.tracks; ++k) {
          auto& track = tracks[k];
          Pack next_p = at.decays[k][Count] * track.p.values[i];
#pragma GCC unroll 2
          for (int b = 0; b < Count; ++b) {
            const Scalar left = at.decays[k][Count - 1 - b] * rate[b];
            next_p += (left * (track.squares - own[b][k]) * error[b]) * old[b];
          }
          track.p.values[i] = next_p;
          if constexpr (keeps_g) {
            Pack next_g = at.decays[k][Count] * track.g.values[i];
#pragma GCC unroll 2
            for (int b = 0; b < Count; ++b) {
              next_g += (at.decays[k][Count - 1 - b] * rate[b] * error[b]) * old[b];
            }
            track.g.values[i] = next_g;
          }
        }
#pragma GCC unroll 2
        for (int b = 0; b < Count; ++b) {
          if (b > 0) met[b] *= decayed(b);
#pragma GCC unroll 2
          for (int a = 0; a < Count; ++a) {
            if (a < b) met[b] += (reach[a][b] * error[a]) * old[a];
          }
          const Scalar scaled = rate[b] * error[b];
          q[b][i] = scaled * met[b] + decay_q[b] * old[b];
          // Its own term has served; what it must not receive takes the place.
          if (Kind.leave_one_out) terms[b][0][i] = scaled * old[b];
        }
      }
    }
#pragma GCC unroll 2
    for (int k = 0; k < Kind.tracks; ++k) tracks[k].decay *= at.decays[k][Count];
  }

  /// Writes each row of the profile.
  [[gnu::always_inline]] void scatter() {
    const int all = packets();
    const auto& profile = visit_.profile;
    const auto& rates = visit_.rates;
    const Scalar d = visit_.implicit_weight;
    TrackArray tracks = tracks_;
    if constexpr (!keeps_g) {
#pragma GCC unroll 2
      for (int k = 0; k < Kind.tracks; ++k) {
        auto& track = tracks[k];
        const Scalar sum = track.squares > 0 ? track.squares : Scalar(1);  // weights of 0 receive nothing
        for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
          for (int i = first; i < first + unrolled; ++i)
            track.g.values[i] = (track.p.values[i] - track.decay * track.g.values[i]) / sum;
        }
      }
    }
    const bool decaying = rates.decaying();
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      const Index j = profile.items[t];
      const Index later = profile.items[std::min(t + 1, profile.items.size() - 1)];
      if constexpr (Kind.x) prefetch(parameters_.x, later);
      if constexpr (Kind.y) prefetch(parameters_.y, later);
      const auto [left_x, left_y] = decaying ? memory_.left[t] : std::array<Scalar, 2>{1, 1};
      const Pack* const own = Kind.leave_one_out ? term(t, 0) : nullptr;
      if constexpr (Kind.x)
        receive<Kind.leave_one_out>(row(parameters_.x, j), tracks[0], rates.visit_x, memory_.weights[t], own, left_x);
      if constexpr (Kind.y)
        receive<Kind.leave_one_out>(row(parameters_.y, j), tracks[y_track], rates.visit_y, d, own, left_y);
    }
    if constexpr (Kind.y) {
      for (const Index j : profile.unrated) receive<false>(row(parameters_.y, j), tracks[y_track], rates.visit_y, d);
    }
  }

  /// A row's share of what its track has kept aside, but for its own step, of which `left` is still in that.
  template <bool WithoutOwn>
  [[gnu::always_inline]] void receive(Pack* values, const Track& track, Scalar shrink, Scalar weight,
                                      const Pack* own = nullptr, Scalar left = 0) {
    const Scalar old = shrink * track.decay;
    const Scalar gain = shrink * weight;
    const int all = packets();
    for (int first = 0; first < all; first += unrolled) {
#pragma GCC unroll 64
      for (int i = first; i < first + unrolled; ++i) {
        Pack received = track.g.values[i];
        if constexpr (WithoutOwn) received -= left * own[i];
        values[i] = old * values[i] + gain * received;
      }
    }
  }

  const Visit<Scalar>& visit_;
  Parameters<Scalar>& parameters_;
  VisitMemory<Scalar>& memory_;
  TrackArray tracks_{};
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
