# A module is a folder below src with a private include root that holds only itself. It sees the
# headers of the modules in USES (and hands them on) and of HIDES (which its users never see), so
# an #include through a wall does not compile. PATH is the spelling below shelduck/, the name by
# default.
#
#   shelduck_module(journal SOURCES writer.cpp HEADERS writer.hpp USES shelduck_core HIDES fmt::fmt)
include(GoogleTest)

# The standard headers that most files include cost each of them a second; they are compiled once.
# What a header itself needs is still checked: all_verify_interface_header_sets goes without these.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cpp CONTENT "")
add_library(shelduck_headers STATIC EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/precompiled.cpp)
target_link_libraries(shelduck_headers PRIVATE shelduck_strict)
target_precompile_headers(
  shelduck_headers PRIVATE <algorithm> <array> <charconv> <chrono> <filesystem> <functional> <map>
  <memory> <optional> <set> <span> <string> <string_view> <utility> <variant> <vector>)
target_compile_options(shelduck_headers PRIVATE ${SHELDUCK_PRECOMPILED_OPTIONS})

# So many files at a time, unless the preset compiles a module as one: their headers, and the templates
# that each of them would make and optimise again, cost more than their own lines. Few, the default,
# compile soon after a change; many, in the preset `release`, take the least time for everything.
# Compiled so, g++ takes them for headers, where a type with members of an unnamed namespace's types
# would be a fault.
set(SHELDUCK_FILES_TOGETHER 4 CACHE STRING "source files of a module that are compiled as one")
function(shelduck_compile_together target)
  if(NOT CMAKE_UNITY_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE
                                                              ${SHELDUCK_FILES_TOGETHER})
  endif()
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

# Every module's name, in the order of their definition: cmake/install.cmake reads it.
set_property(GLOBAL PROPERTY SHELDUCK_MODULES "")

function(shelduck_module name)
  cmake_parse_arguments(M "" "PATH" "SOURCES;HEADERS;USES;HIDES" ${ARGN})
  if(NOT M_PATH)
    set(M_PATH ${name})
  endif()
  set(root ${PROJECT_BINARY_DIR}/roots/${name})
  cmake_path(GET M_PATH PARENT_PATH parent)
  file(MAKE_DIRECTORY ${root}/shelduck/${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/shelduck/${M_PATH} SYMBOLIC)
  list(TRANSFORM M_HEADERS PREPEND ${root}/shelduck/${M_PATH}/)
  add_library(shelduck_${name} STATIC ${M_SOURCES})
  target_sources(shelduck_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${M_HEADERS})
  target_link_libraries(shelduck_${name} PUBLIC ${M_USES} PRIVATE shelduck_strict ${M_HIDES})
  target_precompile_headers(shelduck_${name} REUSE_FROM shelduck_headers)
  target_compile_options(shelduck_${name} PRIVATE ${SHELDUCK_PRECOMPILED_OPTIONS})
  shelduck_compile_together(shelduck_${name})
  set_property(GLOBAL APPEND PROPERTY SHELDUCK_MODULES ${name})
endfunction()

# The programs alone, without their tests: what `make build` makes.
add_custom_target(programs)

# A program and its place below the build folder, which is also its place below the prefix; a
# STATIC one carries its libraries (except under a sanitizer, which cannot).
#
#   shelduck_program(engine OUTPUT libexec/shelduck/engine SOURCES main.cpp USES shelduck_store)
function(shelduck_program name)
  cmake_parse_arguments(P "STATIC" "OUTPUT" "SOURCES;USES" ${ARGN})
  cmake_path(GET P_OUTPUT PARENT_PATH folder)
  cmake_path(GET P_OUTPUT FILENAME leaf)
  add_executable(shelduck_${name}_program ${P_SOURCES})
  target_link_libraries(shelduck_${name}_program PRIVATE shelduck_strict ${P_USES})
  set_target_properties(
    shelduck_${name}_program PROPERTIES OUTPUT_NAME ${leaf} RUNTIME_OUTPUT_DIRECTORY
                                                            ${PROJECT_BINARY_DIR}/${folder})
  add_dependencies(programs shelduck_${name}_program)
  if(P_STATIC AND NOT SHELDUCK_SANITIZE)
    target_link_options(shelduck_${name}_program PRIVATE -static)
  endif()
endfunction()

find_package(GTest REQUIRED)
find_library(RAPIDCHECK rapidcheck REQUIRED)
find_package(Threads REQUIRED)

# The two headers that cost a test file most of its time (1 s and 2 s) are compiled once.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/tests/precompiled.cpp CONTENT "")
add_executable(shelduck_test_headers EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/tests/precompiled.cpp)
target_link_libraries(shelduck_test_headers PRIVATE shelduck_strict GTest::gtest_main
                                                    Threads::Threads)
set_target_properties(shelduck_test_headers PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                       ${PROJECT_BINARY_DIR}/tests)
target_precompile_headers(shelduck_test_headers PRIVATE <gtest/gtest.h> <rapidcheck.h>
                          <rapidcheck/gtest.h>)
target_compile_options(shelduck_test_headers PRIVATE ${SHELDUCK_TEST_OPTIONS})

# One test program a module; USES names what the tests see beyond the module itself.
function(shelduck_tests name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  add_executable(shelduck_${name}_tests ${T_SOURCES})
  target_link_libraries(shelduck_${name}_tests PRIVATE shelduck_strict ${T_USES} GTest::gtest_main
                                                       ${RAPIDCHECK} Threads::Threads)
  target_precompile_headers(shelduck_${name}_tests REUSE_FROM shelduck_test_headers)
  target_compile_options(shelduck_${name}_tests PRIVATE ${SHELDUCK_TEST_OPTIONS})
  set_target_properties(shelduck_${name}_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                          ${PROJECT_BINARY_DIR}/tests)
  shelduck_compile_together(shelduck_${name}_tests)
  gtest_discover_tests(
    shelduck_${name}_tests DISCOVERY_MODE PRE_TEST TEST_PREFIX ${name}. PROPERTIES TIMEOUT
    ${T_TIMEOUT})
endfunction()
