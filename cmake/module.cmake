# A module is a folder below src with a private include root that holds only itself. It sees the
# headers of the modules in USES (and hands them on) and of HIDES (which its users never see), so
# an #include through a wall does not compile. PATH is the spelling below shelduck/, the name by
# default.
#
#   shelduck_module(journal SOURCES writer.cpp HEADERS writer.hpp USES shelduck_core HIDES fmt::fmt)
include(GoogleTest)

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
endfunction()

find_package(GTest REQUIRED)
find_library(RAPIDCHECK rapidcheck REQUIRED)
find_package(Threads REQUIRED)

# One test program a module; USES names what the tests see beyond the module itself.
function(shelduck_tests name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  add_executable(shelduck_${name}_tests ${T_SOURCES})
  target_link_libraries(shelduck_${name}_tests PRIVATE shelduck_strict ${T_USES} GTest::gtest_main
                                                       ${RAPIDCHECK} Threads::Threads)
  set_target_properties(shelduck_${name}_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                          ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(shelduck_${name}_tests DISCOVERY_MODE PRE_TEST TEST_PREFIX ${name}.
                       PROPERTIES TIMEOUT ${T_TIMEOUT})
endfunction()
