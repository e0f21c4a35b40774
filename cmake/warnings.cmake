# shelduck_strict: our own targets link it privately; third-party headers stay SYSTEM.
# Designated initialisers leave out members on purpose: their defaults are written in the struct.
add_library(shelduck_strict INTERFACE)
target_compile_options(shelduck_strict INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                                 -Wno-missing-field-initializers -Werror)
