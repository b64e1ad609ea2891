// SPDX-License-Identifier: MIT
// What most tests include, compiled once; and what takes most of the time that such tests take to compile: the fits of
// models that many of them have, the loops over samples of such fits, which other observers share, and the closed form.
#pragma once

#include <asysvd/model.hpp>
#include <asysvd/train/closed_form.hpp>

#include <doctest/doctest.h>

namespace asysvd {

#define ASYSVD_FIT(KIND, SCALAR, SAMPLER, FEEDBACK)                                                                   \
  KIND template detail::Epoch<SCALAR> detail::make_epoch<Dynamic, GradientStep>(                                      \
      const detail::Training<SCALAR, FEEDBACK, SAMPLER>&);                                                            \
  KIND template detail::Fitted<SCALAR> detail::fit<Dynamic, GradientStep>(                                            \
      const Ensemble<SCALAR>&, const SparseMatrixView<SCALAR>&, const Options&, const SAMPLER&, const FEEDBACK&, int, \
      const FitOptions<SCALAR>&, const detail::MeasureModel<SCALAR>&, bool, Unobserved&)

#define ASYSVD_CLOSED_FORM(KIND, SCALAR)                                                               \
  KIND template Parameters<SCALAR> closed_form(const SparseMatrixView<SCALAR>&, const RankingOptions&, \
                                               const InteractionFeedback&)

#define ASYSVD_ALL_FITS(KIND, SCALAR)                    \
  ASYSVD_FIT(KIND, SCALAR, ByUser, FullFeedback);        \
  ASYSVD_FIT(KIND, SCALAR, ByUser, ExplicitFeedback);    \
  ASYSVD_FIT(KIND, SCALAR, ByUser, ImplicitFeedback);    \
  ASYSVD_FIT(KIND, SCALAR, ByUser, RawFeedback);         \
  ASYSVD_FIT(KIND, SCALAR, ByUser, InteractionFeedback); \
  ASYSVD_FIT(KIND, SCALAR, Sequential, FullFeedback)

ASYSVD_ALL_FITS(extern, float);
ASYSVD_ALL_FITS(extern, double);
ASYSVD_CLOSED_FORM(extern, float);
ASYSVD_CLOSED_FORM(extern, double);

}  // namespace asysvd
