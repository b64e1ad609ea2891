# SPDX-License-Identifier: MIT
find_package(Threads REQUIRED)
# Eigen 3.4 refuses a version range, and Eigen 5 refuses a plain "3.4": the range is tried first, without a word.
# The installed package configuration does the same.
find_package(Eigen3 3.4...5 QUIET NO_MODULE)
if(NOT TARGET Eigen3::Eigen)
  find_package(Eigen3 3.4 REQUIRED NO_MODULE)
endif()
find_package(nlohmann_json QUIET)
