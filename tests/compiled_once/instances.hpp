// SPDX-License-Identifier: MIT
// What most tests include, compiled once; and what takes most of the time that such tests take to compile: fits, the
// loops over samples of models that many of them have, and the closed form.
#pragma once

#include <asysvd/model.hpp>
#include <asysvd/train/closed_form.hpp>

#include <doctest/doctest.h>

namespace asysvd {

#define ASYSVD_LOOPS(KIND, SCALAR, ...) \
  KIND template detail::LearnVisit<SCALAR> detail::loops_for<SCALAR, Dynamic, detail::PassKind{__VA_ARGS__}>(Size)

#define ASYSVD_FIT(KIND, SCALAR)                                                                                     \
  KIND template detail::Fitted<SCALAR> detail::fit(const Ensemble<SCALAR>&, const SparseMatrixView<SCALAR>&,         \
                                                   const Options&, const FeedbackParts&,                             \
                                                   const detail::MakeEpoch<SCALAR>&, int, const FitOptions<SCALAR>&, \
                                                   const detail::Measurement<SCALAR>&, const detail::Observe&)

#define ASYSVD_CLOSED_FORM(KIND, SCALAR)                                                               \
  KIND template class detail::GramSolver<SCALAR>;                                                      \
  KIND template class detail::OffDiagonalDescent<SCALAR, detail::GramSolver<SCALAR>>;                  \
  KIND template Parameters<SCALAR> closed_form(const SparseMatrixView<SCALAR>&, const RankingOptions&, \
                                               const InteractionFeedback&)

// Of a pass with x, y and biases or without, each with leave-one-out and without.
#define ASYSVD_FITS(KIND, SCALAR)                          \
  ASYSVD_FIT(KIND, SCALAR);                                \
  ASYSVD_LOOPS(KIND, SCALAR, true, true, true, true, 1);   \
  ASYSVD_LOOPS(KIND, SCALAR, true, true, true, false, 1);  \
  ASYSVD_LOOPS(KIND, SCALAR, true, true, true, true, 2);   \
  ASYSVD_LOOPS(KIND, SCALAR, true, true, true, false, 2);  \
  ASYSVD_LOOPS(KIND, SCALAR, true, false, true, true, 1);  \
  ASYSVD_LOOPS(KIND, SCALAR, true, false, true, false, 1); \
  ASYSVD_LOOPS(KIND, SCALAR, false, true, true, true, 1);  \
  ASYSVD_LOOPS(KIND, SCALAR, false, true, true, false, 1); \
  ASYSVD_LOOPS(KIND, SCALAR, true, false, false, true, 1); \
  ASYSVD_LOOPS(KIND, SCALAR, true, false, false, false, 1)

ASYSVD_FITS(extern, float);
ASYSVD_FITS(extern, double);
ASYSVD_CLOSED_FORM(extern, float);
ASYSVD_CLOSED_FORM(extern, double);

}  // namespace asysvd
