# SPDX-License-Identifier: MIT
# cmake -DKIND=find_package|subdirectory|wrong_version -DSOURCE=... -DBINARY=... -DCOMPILER=... -DVERSION=... -P run.cmake
# Configures, builds and runs a consumer project from nothing.
function(must_run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    string(REPLACE ";" " " command "${ARGV}")
    message(FATAL_ERROR "${command} failed:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${BINARY})
set(compiler -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Debug)

if(KIND STREQUAL "subdirectory")
  must_run(${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer/subdirectory -B ${BINARY}/build ${compiler}
           -DASYSVD_SOURCE=${SOURCE})
else()
  must_run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY}/library ${compiler} -DASYSVD_BUILD_TESTS=OFF
           -DASYSVD_BUILD_EXAMPLES=OFF)
  must_run(${CMAKE_COMMAND} --install ${BINARY}/library --prefix ${BINARY}/installed)
  set(consumer ${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer/find_package -B ${BINARY}/build ${compiler}
               -DCMAKE_PREFIX_PATH=${BINARY}/installed)
  if(KIND STREQUAL "wrong_version")
    string(REGEX MATCH "^[0-9]+" major ${VERSION})
    math(EXPR next "${major} + 1")
    execute_process(COMMAND ${consumer} -DWANTED_VERSION=${next}.0 RESULT_VARIABLE status OUTPUT_QUIET
                    ERROR_VARIABLE output)
    if(status EQUAL 0 OR NOT output MATCHES "not accept|compatible with requested version")
      message(FATAL_ERROR "version ${next}.0 was asked for, and ${VERSION} was not refused for it:\n${output}")
    endif()
    return()
  endif()
  must_run(${consumer} -DWANTED_VERSION=${VERSION})
endif()
must_run(${CMAKE_COMMAND} --build ${BINARY}/build)
must_run(${BINARY}/build/consumer)
