# shelduck_duckdb: the engine, in DUCKDB_ROOT (a folder with duckdb.h and libduckdb.so, as in
# DuckDB's own release archive) or in the cache that `make setup` fills.
if(DEFINED ENV{DUCKDB_ROOT} AND NOT "$ENV{DUCKDB_ROOT}" STREQUAL "")
  set(DUCKDB_ROOT $ENV{DUCKDB_ROOT} CACHE PATH "folder with duckdb.h and libduckdb.so" FORCE)
endif()
if(NOT DUCKDB_ROOT)
  execute_process(
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/library_root duckdb ${CMAKE_SYSTEM_PROCESSOR} OUTPUT_VARIABLE DUCKDB_ROOT
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT EXISTS ${DUCKDB_ROOT}/libduckdb.so OR NOT EXISTS ${DUCKDB_ROOT}/duckdb.h)
  message(FATAL_ERROR "DuckDB is not in ${DUCKDB_ROOT}: run `make setup`, or set DUCKDB_ROOT to a "
                      "folder with duckdb.h and libduckdb.so")
endif()
add_library(shelduck_duckdb SHARED IMPORTED)
set_target_properties(
  shelduck_duckdb
  PROPERTIES IMPORTED_LOCATION ${DUCKDB_ROOT}/libduckdb.so INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
             ${DUCKDB_ROOT} INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_ROOT}
             INTERFACE_COMPILE_DEFINITIONS DUCKDB_API_NO_DEPRECATED)
