# shelduck_soak(crash_images ENVIRONMENT SHELDUCK_CRASH_IMAGES=4000000
#               COMMAND shelduck_journal_tests --gtest_filter=*CrashImages*)
#
# A command that `make soak` runs, one after the other: the same tests as in ctest, told by their
# environment to go through millions of cases instead of thousands, and without ctest's time limit.
add_custom_target(soak)

function(shelduck_soak name)
  cmake_parse_arguments(S "" "" "ENVIRONMENT;COMMAND" ${ARGN})
  list(POP_FRONT S_COMMAND program)
  if(TARGET ${program})
    set(program $<TARGET_FILE:${program}>)
  endif()
  add_custom_target(soak_${name} COMMAND ${CMAKE_COMMAND} -E env ${S_ENVIRONMENT} ${program}
                                         ${S_COMMAND} USES_TERMINAL VERBATIM)
  add_dependencies(soak soak_${name})
endfunction()
