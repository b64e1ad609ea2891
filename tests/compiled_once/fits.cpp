// SPDX-License-Identifier: MIT
#include "compiled_once/instances.hpp"

namespace asysvd {

ASYSVD_FITS(, float);
ASYSVD_FITS(, double);

}  // namespace asysvd
