# SPDX-License-Identifier: MIT
# Debian packages, by `cpack -G DEB` in a build folder: libasysvd-dev with the headers, asysvd with the program.
set(CPACK_PACKAGE_NAME asysvd)
set(CPACK_PACKAGE_VENDOR "the asysvd authors")
set(CPACK_PACKAGE_CONTACT "the asysvd authors <authors@asysvd.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL development)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "The headers: a C++20 template library on Eigen for recommendations by
Asymmetric SVD (Koren 2008): it learns from ratings, serves users it has
never seen without retraining, and explains its predictions.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libasysvd-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libeigen3-dev (>= 3.4)")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS nlohmann-json3-dev)
install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libasysvd-dev COMPONENT development)

if(TARGET asysvd_cli)
  list(APPEND CPACK_COMPONENTS_ALL program)
  set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
      "The command-line program: it trains a recommender on a file of
ratings, measures it, and recommends, explains and compares with it.")
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME asysvd)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS gnuplot-nox)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON) # by dpkg-shlibdeps, of dpkg-dev
  install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/asysvd COMPONENT program)
endif()
include(CPack)
