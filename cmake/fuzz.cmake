# shelduck_fuzzer(journal_frame SOURCES frame_fuzz.cpp CORPUS corpus/frame USES shelduck_journal)
#
# One program with LLVMFuzzerTestOneInput. In the preset `fuzz` it is a libFuzzer program, made by
# the target `fuzzers` and run by `make fuzz`; in the preset `asan` the same source is linked with
# fuzz/replay.cpp, and ctest replays the corpus as the test `fuzz.<name>`, so that neither rots.
option(SHELDUCK_FUZZ "build the fuzz targets with libFuzzer (needs clang)" OFF)
if(SHELDUCK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
add_custom_target(fuzzers)

function(shelduck_fuzzer name)
  cmake_parse_arguments(F "" "CORPUS" "SOURCES;USES" ${ARGN})
  cmake_path(ABSOLUTE_PATH F_CORPUS NORMALIZE)
  set(target shelduck_${name}_fuzzer)
  add_executable(${target} ${F_SOURCES})
  target_link_libraries(${target} PRIVATE shelduck_strict ${F_USES})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY
                                                                 ${PROJECT_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${target})
  if(SHELDUCK_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/fuzz/${name}.corpus CONTENT "${F_CORPUS}\n")
  else()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/fuzz/replay.cpp)
    add_test(NAME fuzz.${name} COMMAND ${target} ${F_CORPUS})
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 120)
  endif()
endfunction()
