// SPDX-License-Identifier: MIT
#include "compiled_once/instances.hpp"

namespace asysvd {

ASYSVD_ALL_LOOPS(, float);
ASYSVD_ALL_LOOPS(, double);

}  // namespace asysvd
