# shelduck_bench(journal_append SOURCES append_bench.cpp USES shelduck_journal)
#
# A program that makes figures of docs/performance.md: built by the target `bench`, run by
# `make bench`, outside of the default build and of the tests.
add_custom_target(bench)

function(shelduck_bench name)
  cmake_parse_arguments(B "" "" "SOURCES;USES" ${ARGN})
  set(target shelduck_${name}_bench)
  add_executable(${target} EXCLUDE_FROM_ALL ${B_SOURCES})
  target_link_libraries(${target} PRIVATE shelduck_strict ${B_USES})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY
                                                                 ${PROJECT_BINARY_DIR}/bench)
  add_dependencies(bench ${target})
endfunction()
