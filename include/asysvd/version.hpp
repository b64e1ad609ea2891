// SPDX-License-Identifier: MIT
/// \file
/// The version of the library: the one place where it is written. CMake reads it from here.
#pragma once

#define ASYSVD_VERSION_MAJOR 0
#define ASYSVD_VERSION_MINOR 1
#define ASYSVD_VERSION_PATCH 0
