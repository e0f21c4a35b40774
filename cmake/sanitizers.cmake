# SHELDUCK_SANITIZE: a list for -fsanitize, set by the presets asan, tsan and fuzz. What is
# suppressed stands in the .supp files beside this one; the test presets name them.
set(SHELDUCK_SANITIZE "" CACHE STRING "sanitizers of this build, for example address,undefined")
if(SHELDUCK_SANITIZE)
  add_compile_options(-fsanitize=${SHELDUCK_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SHELDUCK_SANITIZE})
endif()
# The check of dynamic types opens a pipe to see whether memory can be read, and calls every object
# bad where no descriptor is left: it ended sound servers in the test of such a day.
if(SHELDUCK_SANITIZE MATCHES undefined)
  add_compile_options(-fno-sanitize=vptr)
endif()
# Else a std::mutex::lock() that was not inlined here takes the place of the engine's own, whose
# unlock() the thread sanitizer does not see.
if(SHELDUCK_SANITIZE STREQUAL thread)
  add_compile_options(-fvisibility-inlines-hidden)
endif()
