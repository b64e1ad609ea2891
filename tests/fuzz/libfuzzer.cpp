// SPDX-License-Identifier: MIT
// One of the properties, ASYSVD_PROPERTY, as a target of libFuzzer.
#include <cstddef>
#include <cstdint>

#include "properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  asysvd::fuzz::ASYSVD_PROPERTY({reinterpret_cast<const char*>(data), size});
  return 0;
}
