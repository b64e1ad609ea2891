// SPDX-License-Identifier: MIT
// What most tests include, compiled once; and the loops over samples of the models that most tests fit, which are
// instantiated in loops.cpp: that is more than half of the time that such a test takes to compile.
#pragma once

#include <asysvd/model.hpp>

#include <doctest/doctest.h>

namespace asysvd::detail {

#define ASYSVD_LOOPS(KIND, SCALAR, SAMPLER) \
  KIND template Epoch<SCALAR> make_epoch<Dynamic, GradientStep>(const Training<SCALAR, FullFeedback, SAMPLER>&)

ASYSVD_LOOPS(extern, float, ByUser);
ASYSVD_LOOPS(extern, double, ByUser);
ASYSVD_LOOPS(extern, float, Sequential);
ASYSVD_LOOPS(extern, double, Sequential);

}  // namespace asysvd::detail
