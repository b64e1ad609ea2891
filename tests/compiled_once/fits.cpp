// SPDX-License-Identifier: MIT
#include "compiled_once/instances.hpp"

namespace asysvd {

ASYSVD_ALL_FITS(, float);
ASYSVD_ALL_FITS(, double);

}  // namespace asysvd
