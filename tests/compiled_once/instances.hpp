// SPDX-License-Identifier: MIT
// What most tests include, compiled once; and what takes most of the time that such tests take to compile: fits, the
// epochs of models that many of them have, and the closed form.
#pragma once

#include <asysvd/model.hpp>
#include <asysvd/train/closed_form.hpp>

#include <doctest/doctest.h>

namespace asysvd {

#define ASYSVD_EPOCH(KIND, SCALAR, SAMPLER, FEEDBACK)                                                            \
  KIND template detail::Epoch<SCALAR> detail::make_epoch<Dynamic, GradientStep>(const detail::Training<SCALAR>&, \
                                                                                const SAMPLER&, const FEEDBACK&)

#define ASYSVD_FIT(KIND, SCALAR)                                                                                     \
  KIND template detail::Fitted<SCALAR> detail::fit(const Ensemble<SCALAR>&, const SparseMatrixView<SCALAR>&,         \
                                                   const Options&, const FeedbackParts&,                             \
                                                   const detail::MakeEpoch<SCALAR>&, int, const FitOptions<SCALAR>&, \
                                                   const detail::Measurement<SCALAR>&, const detail::Observe&)

#define ASYSVD_CLOSED_FORM(KIND, SCALAR)                                                               \
  KIND template Parameters<SCALAR> closed_form(const SparseMatrixView<SCALAR>&, const RankingOptions&, \
                                               const InteractionFeedback&)

#define ASYSVD_FITS(KIND, SCALAR)                          \
  ASYSVD_FIT(KIND, SCALAR);                                \
  ASYSVD_EPOCH(KIND, SCALAR, ByUser, FullFeedback);        \
  ASYSVD_EPOCH(KIND, SCALAR, ByUser, ExplicitFeedback);    \
  ASYSVD_EPOCH(KIND, SCALAR, ByUser, ImplicitFeedback);    \
  ASYSVD_EPOCH(KIND, SCALAR, ByUser, RawFeedback);         \
  ASYSVD_EPOCH(KIND, SCALAR, ByUser, InteractionFeedback); \
  ASYSVD_EPOCH(KIND, SCALAR, Sequential, FullFeedback)

ASYSVD_FITS(extern, float);
ASYSVD_FITS(extern, double);
ASYSVD_CLOSED_FORM(extern, float);
ASYSVD_CLOSED_FORM(extern, double);

}  // namespace asysvd
