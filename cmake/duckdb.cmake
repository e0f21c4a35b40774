# shelduck::duckdb: the engine, found in DUCKDB_ROOT (a folder with duckdb.h and libduckdb.so, as in
# DuckDB's own release archive) or in the cache that `make setup` fills.
set(DUCKDB_VERSION 1.5.5)
if(NOT DUCKDB_ROOT AND DEFINED ENV{DUCKDB_ROOT})
  set(DUCKDB_ROOT $ENV{DUCKDB_ROOT})
endif()
if(NOT DUCKDB_ROOT)
  set(cache $ENV{XDG_CACHE_HOME})
  if(NOT cache)
    set(cache $ENV{HOME}/.cache)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(arch arm64)
  else()
    set(arch x64)
  endif()
  set(DUCKDB_ROOT ${cache}/shelduck/duckdb-${DUCKDB_VERSION}-linux-${arch})
endif()
if(NOT EXISTS ${DUCKDB_ROOT}/libduckdb.so OR NOT EXISTS ${DUCKDB_ROOT}/duckdb.h)
  message(FATAL_ERROR "DuckDB ${DUCKDB_VERSION} is not in ${DUCKDB_ROOT}: run `make setup`, or set "
                      "DUCKDB_ROOT to a folder with duckdb.h and libduckdb.so")
endif()
add_library(shelduck_duckdb SHARED IMPORTED)
set_target_properties(
  shelduck_duckdb
  PROPERTIES IMPORTED_LOCATION ${DUCKDB_ROOT}/libduckdb.so INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
             ${DUCKDB_ROOT} INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_ROOT}
             INTERFACE_COMPILE_DEFINITIONS DUCKDB_API_NO_DEPRECATED)
