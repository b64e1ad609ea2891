// SPDX-License-Identifier: MIT
// What most tests include, compiled once; and what takes most of the time that such tests take to compile: the loops
// over samples of models that many of them fit, and the closed form.
#pragma once

#include <asysvd/model.hpp>
#include <asysvd/train/closed_form.hpp>

#include <doctest/doctest.h>

namespace asysvd {

#define ASYSVD_LOOPS(KIND, SCALAR, SAMPLER, FEEDBACK)                            \
  KIND template detail::Epoch<SCALAR> detail::make_epoch<Dynamic, GradientStep>( \
      const detail::Training<SCALAR, FEEDBACK, SAMPLER>&)

#define ASYSVD_CLOSED_FORM(KIND, SCALAR)                                                               \
  KIND template Parameters<SCALAR> closed_form(const SparseMatrixView<SCALAR>&, const RankingOptions&, \
                                               const InteractionFeedback&)

#define ASYSVD_ALL_LOOPS(KIND, SCALAR)                     \
  ASYSVD_LOOPS(KIND, SCALAR, ByUser, FullFeedback);        \
  ASYSVD_LOOPS(KIND, SCALAR, ByUser, ExplicitFeedback);    \
  ASYSVD_LOOPS(KIND, SCALAR, ByUser, ImplicitFeedback);    \
  ASYSVD_LOOPS(KIND, SCALAR, ByUser, RawFeedback);         \
  ASYSVD_LOOPS(KIND, SCALAR, ByUser, InteractionFeedback); \
  ASYSVD_LOOPS(KIND, SCALAR, Sequential, FullFeedback)

ASYSVD_ALL_LOOPS(extern, float);
ASYSVD_ALL_LOOPS(extern, double);
ASYSVD_CLOSED_FORM(extern, float);
ASYSVD_CLOSED_FORM(extern, double);

}  // namespace asysvd
