# SPDX-License-Identifier: MIT
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(asysvd_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/asysvd)

install(DIRECTORY include/asysvd DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(TARGETS asysvd EXPORT asysvd-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT asysvd-targets NAMESPACE asysvd:: DESTINATION ${asysvd_package_dir})

configure_package_config_file(cmake/asysvd-config.cmake.in asysvd-config.cmake
                              INSTALL_DESTINATION ${asysvd_package_dir})
write_basic_package_version_file(asysvd-config-version.cmake COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/asysvd-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/asysvd-config-version.cmake
        DESTINATION ${asysvd_package_dir})
