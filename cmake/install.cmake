# SPDX-License-Identifier: MIT
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(asysvd_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/asysvd)

# A FILE_SET of headers would say the same and needs CMake 3.23; Ubuntu 22.04 has 3.22.
install(DIRECTORY include/asysvd DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.hpp")
foreach(target asysvd asysvd_safetensors)
  string(REPLACE "_" "-" name ${target})
  install(TARGETS ${target} EXPORT ${name}-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT ${name}-targets NAMESPACE asysvd:: DESTINATION ${asysvd_package_dir} COMPONENT development)
endforeach()

# Before 1.0, semantic versioning promises nothing from one minor version to the next.
set(asysvd_compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(asysvd_compatibility SameMinorVersion)
endif()
configure_package_config_file(cmake/asysvd-config.cmake.in asysvd-config.cmake
                              INSTALL_DESTINATION ${asysvd_package_dir})
write_basic_package_version_file(asysvd-config-version.cmake COMPATIBILITY ${asysvd_compatibility} ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/asysvd-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/asysvd-config-version.cmake
        DESTINATION ${asysvd_package_dir} COMPONENT development)

# For builds without CMake. Relative to where the file is, so that a folder that was moved, or unpacked, still serves.
file(RELATIVE_PATH asysvd_pc_to_prefix /${CMAKE_INSTALL_DATADIR}/pkgconfig /)
foreach(name asysvd asysvd-safetensors)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig
          COMPONENT development)
endforeach()

if(TARGET asysvd_cli)
  install(TARGETS asysvd_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endif()
if(PROJECT_IS_TOP_LEVEL)
  include(cmake/package.cmake)
endif()
