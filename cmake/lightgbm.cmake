# LIGHTGBM_ROOT: the folder of lib_lightgbm.so, from the environment or the cache that `make setup`
# fills. Nothing links it: `forecast` opens it when a model asks, in the folders that a program was
# linked with, so programs of the build folder get this one.
if(DEFINED ENV{LIGHTGBM_ROOT} AND NOT "$ENV{LIGHTGBM_ROOT}" STREQUAL "")
  set(LIGHTGBM_ROOT $ENV{LIGHTGBM_ROOT} CACHE PATH "folder with lib_lightgbm.so" FORCE)
endif()
if(NOT LIGHTGBM_ROOT)
  execute_process(
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/library_root lightgbm ${CMAKE_SYSTEM_PROCESSOR} OUTPUT_VARIABLE LIGHTGBM_ROOT
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT EXISTS ${LIGHTGBM_ROOT}/lib_lightgbm.so)
  message(FATAL_ERROR "LightGBM is not in ${LIGHTGBM_ROOT}: run `make setup`, or set LIGHTGBM_ROOT "
                      "to a folder with lib_lightgbm.so")
endif()
list(APPEND CMAKE_BUILD_RPATH ${LIGHTGBM_ROOT})
