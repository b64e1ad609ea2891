// SPDX-License-Identifier: MIT
/// \file
/// Rows of k numbers as the loops over samples use them, and the choice of the width they are compiled for.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <utility>

#include <asysvd/factor_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// A padded row: `Width` numbers, or as many as are found at run time if it is `Eigen::Dynamic`.
template <std::floating_point Scalar, int Width>
using Vector = Eigen::Array<Scalar, Width, 1>;
template <std::floating_point Scalar, int Width>
using Row = Eigen::Map<Vector<Scalar, Width>, Eigen::Aligned64>;
template <std::floating_point Scalar, int Width>
using ConstRow = Eigen::Map<const Vector<Scalar, Width>, Eigen::Aligned64>;

/// What a loop over packets is compiled for: that which the compiler was told to compile for, with packets as Eigen
/// takes them there (64 bytes with AVX-512, 16 with SSE or NEON).
struct BuildTarget {
  template <std::floating_point Scalar>
  static constexpr int packet_size = Eigen::internal::packet_traits<Scalar>::size;

  /// Calls the member function `loop` of `loops`, and has all of it inlined.
  template <auto loop, class Loops>
  [[gnu::flatten]] static auto run(Loops& loops) {
    return (loops.*loop)();
  }
};

/// `Scalar`s that one instruction takes: the compiler's own vector type, whose arithmetic, also with a single number, is
/// that of the built-in operators. It may stand for numbers in memory, as rows do. Functions take and give it by
/// reference alone: by value, how it is passed would depend on the target.
template <std::floating_point Scalar, class Target>
struct PacketOf {
  static constexpr int size = Target::template packet_size<Scalar>;
  typedef Scalar Type __attribute__((vector_size(size * sizeof(Scalar)), may_alias));  // NOLINT(modernize-use-using)
};
template <std::floating_point Scalar, class Target = BuildTarget>
using Packet = typename PacketOf<Scalar, Target>::Type;

/// Adds to each number of a packet the one `Distance` places away, and to that sum the one half as far away, and so on:
/// from half the size on, all of them end as the sum of all.
template <int Distance, class Pack, int... i>
[[gnu::always_inline]] inline void add_across(Pack& packet, std::integer_sequence<int, i...> places) noexcept {
  packet += __builtin_shufflevector(packet, packet, (i ^ Distance)...);
  if constexpr (Distance > 1) add_across<Distance / 2>(packet, places);
}

/// The sum of the numbers of a packet: as Eigen has it, where it has such packets.
template <std::floating_point Scalar, class Pack>
[[nodiscard, gnu::always_inline]] inline Scalar sum_of(Pack& packet) noexcept {
  using Known = typename Eigen::internal::packet_traits<Scalar>::type;
  if constexpr (sizeof(Pack) == sizeof(Known)) {
    return Eigen::internal::predux(reinterpret_cast<const Known&>(packet));
  } else {
    constexpr int count = sizeof(Pack) / sizeof(Scalar);
    add_across<count / 2>(packet, std::make_integer_sequence<int, count>{});
    return packet[0];
  }
}

/// A row at hand, in packets: in registers as long as its width is known to the compiler and nobody takes its address.
template <std::floating_point Scalar, class Target, int Width>
struct PacketRow {
  Packet<Scalar, Target> values[Width / Target::template packet_size<Scalar>];
};

/// The same for a width that is known at run time: borrowed memory.
template <std::floating_point Scalar, class Target>
struct PacketRow<Scalar, Target, Eigen::Dynamic> {
  Packet<Scalar, Target>* values;
};

/// The last width that has loops of its own: eight blocks of 64 bytes. A loop that learns its length at run time, which
/// has p and g in memory, takes a third longer for each number; but every width takes its time to compile.
template <std::floating_point Scalar>
inline constexpr int widest = static_cast<int>(8 * FactorMatrix<Scalar>::lanes);

/// The width of the loops for a number of factors that the type of the model fixes; `Eigen::Dynamic` if it does not.
template <std::floating_point Scalar>
[[nodiscard]] constexpr int width_of(int factors) noexcept {
  if (factors == Eigen::Dynamic) return Eigen::Dynamic;
  const auto padded = static_cast<int>(FactorMatrix<Scalar>::padded(factors));
  return widest<Scalar> < padded ? Eigen::Dynamic : padded;
}

/// Calls `work.template operator()<Width>()` with `Fixed`, or else with the width that fits rows of `stride` numbers:
/// chosen once a fit, so that a number of factors known at run time costs what one known to the compiler does.
template <std::floating_point Scalar, int Fixed, int Width = width_of<Scalar>(1), class Work>
decltype(auto) with_width(Size stride, Work&& work) {
  if constexpr (Fixed != Eigen::Dynamic) {
    return work.template operator()<Fixed>();
  } else if constexpr (Width == Eigen::Dynamic) {
    return work.template operator()<Eigen::Dynamic>();
  } else {
    if (stride == Width) return work.template operator()<Width>();
    return with_width<Scalar, Fixed, width_of<Scalar>(Width + 1)>(stride, std::forward<Work>(work));
  }
}

#if defined(__x86_64__) && !(defined(__AVX2__) && defined(__FMA__))
/// Processors of x86-64 with AVX2 and FMA, which all but the oldest have, where the compiler was told nothing of them.
struct Avx2Target {
  template <std::floating_point Scalar>
  static constexpr int packet_size = 32 / sizeof(Scalar);

  [[nodiscard]] static bool is_here() noexcept {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  }
  template <auto loop, class Loops>
  [[gnu::target("avx2,fma"), gnu::flatten]] static auto run(Loops& loops) {
    return (loops.*loop)();
  }
};

/// The same with AVX-512, for rows that do not fit into the registers of `Avx2Target`; shorter ones gain nothing by it.
struct Avx512Target {
  template <std::floating_point Scalar>
  static constexpr int packet_size = 64 / sizeof(Scalar);
  template <std::floating_point Scalar>
  static constexpr int least_width = 256 / sizeof(Scalar);

  [[nodiscard]] static bool is_here() noexcept {
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512dq") != 0;
  }
  template <auto loop, class Loops>
  [[gnu::target("avx512f,avx512vl,avx512dq,avx2,fma"), gnu::flatten]] static auto run(Loops& loops) {
    return (loops.*loop)();
  }
};
#endif

/// Calls `work.template operator()<Target, Width>()` with the best target that this processor has, and the width. The
/// choice among targets is made when the program runs, so that one that is built for every processor is not held to
/// what the oldest of them can do. On those it works, with loops that learn their lengths at run time: loops of every
/// width once more would double the time that compiling takes.
template <std::floating_point Scalar, int Fixed, class Work>
decltype(auto) with_target_and_width(Size stride, Work&& work) {
#if defined(__x86_64__) && !(defined(__AVX2__) && defined(__FMA__))
  if (!Avx2Target::is_here()) return work.template operator()<BuildTarget, Fixed>();
  constexpr int least = Avx512Target::least_width<Scalar>;
  if constexpr (Fixed == Eigen::Dynamic || Fixed >= least) {
    if (stride >= least && Avx512Target::is_here()) {
      return with_width<Scalar, Fixed, width_of<Scalar>(least)>(
          stride, [&]<int Width>() { return work.template operator()<Avx512Target, Width>(); });
    }
  }
  using Target = Avx2Target;
#else
  using Target = BuildTarget;
#endif
  return with_width<Scalar, Fixed>(stride, [&]<int Width>() { return work.template operator()<Target, Width>(); });
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd
