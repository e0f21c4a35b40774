# Language level and build speed: what every target of the project shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
include(GNUInstallDirs)

# ccache trusts a precompiled header only when it is told to, and both compilers must help it.
find_program(CCACHE ccache)
if(CCACHE)
  # Paths relative to the project, so that a clean clone elsewhere finds what was compiled before.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(SHELDUCK_PRECOMPILED_OPTIONS -fpch-preprocess)
else()
  set(SHELDUCK_PRECOMPILED_OPTIONS "SHELL:-Xclang -fno-pch-timestamp")
endif()
# The code of a test, not what it tests, compiles a third faster without optimisation.
set(SHELDUCK_TEST_OPTIONS ${SHELDUCK_PRECOMPILED_OPTIONS})
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  list(APPEND SHELDUCK_TEST_OPTIONS -O0)
endif()

# A compiler for another processor does not find it.
find_program(MOLD mold)
if(MOLD AND NOT CMAKE_CROSSCOMPILING)
  add_link_options(-fuse-ld=mold)
endif()

# Where the processor can, g++ multiplies and adds in one step that rounds once: forecasts would then
# differ in their last digits between machines. The plain x86-64 has no such step.
if(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-ffp-contract=off)
endif()
