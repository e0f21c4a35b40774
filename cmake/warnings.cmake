# shelduck_strict: our own targets link it privately; third-party headers stay SYSTEM.
# Designated initialisers leave out members on purpose: their defaults are written in the struct.
add_library(shelduck_strict INTERFACE)
target_compile_options(shelduck_strict INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                                 -Wno-missing-field-initializers -Werror)
# g++ 12 sees overlaps and overruns inside std::string's operator+ that are not there (its bugs
# 105329 and 105651); clang's checks and the sanitizers look at the same code.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(shelduck_strict INTERFACE -Wno-array-bounds -Wno-restrict
                                                   -Wno-stringop-overflow)
endif()
