# What `make install` lays below the prefix; everything finds its neighbours relative to itself.
#
#   bin/shelduck  libexec/shelduck/engine      the programs
#   lib/libshelduck.a  include/shelduck/...    every room's objects and public headers
#   lib/shelduck/libduckdb.so                  the engine's library, found through $ORIGIN
#   lib/shelduck/lib_lightgbm.so               opened there when the model lightgbm is used
#   lib/cmake/shelduck  lib/pkgconfig          find_package(shelduck), pkg-config shelduck
#   share/man  share/bash-completion ...       printed by the program itself
#   lib/systemd/system  lib/systemd/user       units of `shelduck serve`

# The library: the rooms behind the programs, merged, so that a user links one file.
get_property(rooms GLOBAL PROPERTY SHELDUCK_MODULES)
list(REMOVE_ITEM rooms commands delegation http front cli server)
list(FILTER rooms EXCLUDE REGEX "_testing$")
list(TRANSFORM rooms PREPEND shelduck_)

# What the rooms link, as the words that a user's linker needs.
set(linker_words_of_Threads::Threads -pthread)
set(linker_words_of_ZLIB::ZLIB -lz)
set(linker_words_of_LibLZMA::LibLZMA -llzma)
set(linker_words_of_SQLite::SQLite3 -lsqlite3)
set(linker_words_of_csv::csv -lcsv)
set(linker_words_of_date::date-tz -ldate-tz)
set(linker_words_of_simdjson::simdjson -lsimdjson)
set(linker_words_of_dl -ldl)
set(without_a_library fmt::fmt-header-only Eigen3::Eigen nlohmann_json::nlohmann_json
                      nlohmann_json tomlplusplus::tomlplusplus)
set(linker_words "")
foreach(room IN LISTS rooms)
  get_target_property(linked ${room} LINK_LIBRARIES)
  foreach(library IN LISTS linked)
    if(DEFINED linker_words_of_${library})
      list(APPEND linker_words ${linker_words_of_${library}})
    elseif(NOT library IN_LIST without_a_library AND NOT library MATCHES "^shelduck_")
      message(FATAL_ERROR "${room} links ${library}: say in cmake/install.cmake what a user of the "
                          "installed library must link for it")
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES linker_words)

list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
add_library(shelduck_library STATIC ${objects})
set_target_properties(shelduck_library PROPERTIES OUTPUT_NAME shelduck LINKER_LANGUAGE CXX)
install(FILES $<TARGET_FILE:shelduck_library> DESTINATION lib)
foreach(room IN LISTS rooms)
  get_target_property(headers ${room} HEADER_SET)
  get_target_property(root ${room} HEADER_DIRS)
  foreach(header IN LISTS headers)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY ${root} OUTPUT_VARIABLE place)
    cmake_path(GET place PARENT_PATH folder)
    install(FILES ${header} DESTINATION include/${folder})
  endforeach()
endforeach()
install(PROGRAMS ${DUCKDB_ROOT}/libduckdb.so ${LIGHTGBM_ROOT}/lib_lightgbm.so
        DESTINATION lib/shelduck)

list(JOIN linker_words " " SHELDUCK_LINKER_WORDS)
configure_file(${CMAKE_CURRENT_LIST_DIR}/shelduckConfig.cmake.in shelduckConfig.cmake @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/shelduck.pc.in shelduck.pc @ONLY)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/shelduckConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/shelduckConfig.cmake
              ${PROJECT_BINARY_DIR}/shelduckConfigVersion.cmake DESTINATION lib/cmake/shelduck)
install(FILES ${PROJECT_BINARY_DIR}/shelduck.pc DESTINATION lib/pkgconfig)

# The programs, and what the front one prints about itself.
if(TARGET shelduck_front_program)
  set(share ${PROJECT_BINARY_DIR}/share)
  set(front shelduck_front_program) # as a target, so that CMake runs it in an emulator where it must
  add_custom_command(
    OUTPUT ${share}/printed
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${share}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${share}/man/man1 ${share}/bash ${share}/zsh
            ${share}/fish
    COMMAND ${front} help --man ${share}/man/man1
    COMMAND ${front} completion bash > ${share}/bash/shelduck
    COMMAND ${front} completion zsh > ${share}/zsh/_shelduck
    COMMAND ${front} completion fish > ${share}/fish/shelduck.fish
    COMMAND ${CMAKE_COMMAND} -E touch ${share}/printed
    DEPENDS shelduck_front_program
    VERBATIM)
  add_custom_target(printed_pages ALL DEPENDS ${share}/printed)
  add_dependencies(programs printed_pages)
  install(DIRECTORY ${share}/man DESTINATION share)
  install(FILES ${share}/bash/shelduck DESTINATION share/bash-completion/completions)
  install(FILES ${share}/zsh/_shelduck DESTINATION share/zsh/site-functions)
  install(FILES ${share}/fish/shelduck.fish DESTINATION share/fish/vendor_completions.d)
  install(TARGETS shelduck_front_program DESTINATION bin)
endif()
if(TARGET shelduck_engine_program)
  set_target_properties(shelduck_engine_program PROPERTIES INSTALL_RPATH
                                                           "$ORIGIN/../../lib/shelduck")
  install(TARGETS shelduck_engine_program DESTINATION libexec/shelduck)
endif()

# Units of the service manager name the program by its place, which is known when it is installed.
function(shelduck_install_unit from folder name)
  install(
    CODE "
      set(staged \"${PROJECT_BINARY_DIR}/units/${folder}/${name}\")
      configure_file(\"${PROJECT_SOURCE_DIR}/packaging/${from}\" \"\${staged}\" @ONLY)
      file(INSTALL \"\${staged}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/${folder}\")")
endfunction()
shelduck_install_unit(shelduck.service system shelduck.service)
shelduck_install_unit(shelduck-sensors.service system shelduck-sensors.service)
shelduck_install_unit(shelduck-user.service user shelduck.service)
