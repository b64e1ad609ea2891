// SPDX-License-Identifier: MIT
#include "compiled_once/instances.hpp"

namespace asysvd {

ASYSVD_CLOSED_FORM(, float);
ASYSVD_CLOSED_FORM(, double);

}  // namespace asysvd
