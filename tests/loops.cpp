// SPDX-License-Identifier: MIT
#include "loops.hpp"

namespace asysvd::detail {

ASYSVD_LOOPS(, float, ByUser);
ASYSVD_LOOPS(, double, ByUser);
ASYSVD_LOOPS(, float, Sequential);
ASYSVD_LOOPS(, double, Sequential);

}  // namespace asysvd::detail
