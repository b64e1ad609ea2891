// SPDX-License-Identifier: MIT
/// \file
/// The version of the library: the one place where it is written. CMake reads it from here.
#pragma once

/// Changes where programs that use the library have to change; while it is 0, the minor version does so. Whichever it is
/// names the inline namespace that all else is in, so that parts of one program may be compiled with different versions.
#define ASYSVD_VERSION_MAJOR 0
/// Changes with what is new.
#define ASYSVD_VERSION_MINOR 1
/// Changes with what is mended.
#define ASYSVD_VERSION_PATCH 0
