// SPDX-License-Identifier: MIT
/// \file
/// Rows of k numbers as the loops over samples use them, and the choice of the width they are compiled for.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <utility>

#include <asysvd/factor_matrix.hpp>

namespace asysvd::detail {

/// A padded row: `Width` numbers, or as many as are found at run time if it is `Eigen::Dynamic`.
template <std::floating_point Scalar, int Width>
using Vector = Eigen::Array<Scalar, Width, 1>;
template <std::floating_point Scalar, int Width>
using Row = Eigen::Map<Vector<Scalar, Width>, Eigen::Aligned64>;
template <std::floating_point Scalar, int Width>
using ConstRow = Eigen::Map<const Vector<Scalar, Width>, Eigen::Aligned64>;

/// What the vector unit takes at once, as Eigen knows it for this target: 16 floats with AVX-512, 4 with SSE or NEON.
/// Its arithmetic is that of the built-in operators.
template <std::floating_point Scalar>
using Packet = typename Eigen::internal::packet_traits<Scalar>::type;

template <std::floating_point Scalar>
inline constexpr int packet_size = Eigen::internal::packet_traits<Scalar>::size;

/// `value` in every place of a packet.
template <std::floating_point Scalar>
[[nodiscard, gnu::always_inline]] inline Packet<Scalar> broadcast(Scalar value) noexcept {
  return Eigen::internal::pset1<Packet<Scalar>>(value);
}
template <std::floating_point Scalar>
[[nodiscard, gnu::always_inline]] inline Packet<Scalar> load(const Scalar* aligned) noexcept {
  return Eigen::internal::pload<Packet<Scalar>>(aligned);
}
template <std::floating_point Scalar>
[[gnu::always_inline]] inline void store(Scalar* aligned, const Packet<Scalar>& value) noexcept {
  Eigen::internal::pstore(aligned, value);
}

/// a · b + c, as one operation where there is one.
template <class Pack>
[[nodiscard, gnu::always_inline]] inline Pack multiply_add(const Pack& a, const Pack& b, const Pack& c) noexcept {
  return Eigen::internal::pmadd(a, b, c);
}

/// A row at hand, in packets: in registers as long as its width is known to the compiler and nobody takes its address.
template <std::floating_point Scalar, int Width>
struct PacketRow {
  static constexpr int packets = Width / packet_size<Scalar>;
  Packet<Scalar> values[packets];
  [[nodiscard, gnu::always_inline]] Packet<Scalar>& operator[](int i) noexcept { return values[i]; }
  [[nodiscard, gnu::always_inline]] const Packet<Scalar>& operator[](int i) const noexcept { return values[i]; }
};

/// The same for a width that is known at run time: borrowed memory.
template <std::floating_point Scalar>
struct PacketRow<Scalar, Eigen::Dynamic> {
  Packet<Scalar>* values;
  [[nodiscard, gnu::always_inline]] Packet<Scalar>& operator[](int i) const noexcept { return values[i]; }
};

/// The last width that has loops of its own: eight blocks of 64 bytes. Wider rows are bound by memory, and a loop that
/// learns its length at run time serves them as well.
template <std::floating_point Scalar>
inline constexpr int widest = static_cast<int>(8 * FactorMatrix<Scalar>::lanes);

/// The width of the loops for a number of factors that the type of the model fixes; `Eigen::Dynamic` if it does not.
template <std::floating_point Scalar>
[[nodiscard]] constexpr int width_of(int factors) noexcept {
  if (factors == Eigen::Dynamic) return Eigen::Dynamic;
  const auto padded = static_cast<int>(FactorMatrix<Scalar>::padded(factors));
  return padded <= widest<Scalar> ? padded : Eigen::Dynamic;
}

/// Calls `work.template operator()<Width>()` with `Fixed`, or else with the width that fits rows of `stride` numbers:
/// chosen once a fit, so that a number of factors known at run time costs what one known to the compiler does.
template <std::floating_point Scalar, int Fixed, int Blocks = 1, class Work>
decltype(auto) with_width(Size stride, Work&& work) {
  constexpr int width = Blocks * static_cast<int>(FactorMatrix<Scalar>::lanes);
  if constexpr (Fixed != Eigen::Dynamic) {
    return work.template operator()<Fixed>();
  } else if constexpr (width > widest<Scalar>) {
    return work.template operator()<Eigen::Dynamic>();
  } else {
    if (stride == width) return work.template operator()<width>();
    return with_width<Scalar, Fixed, Blocks + 1>(stride, std::forward<Work>(work));
  }
}

}  // namespace asysvd::detail
