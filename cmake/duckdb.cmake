# fathom_duckdb: the DuckDB library and headers that scripts/setup put into the cache. The library
# is copied beside the programs and found there through $ORIGIN, so a build folder can be moved.
set(FATHOM_DUCKDB_VERSION 1.5.5)
set(FATHOM_DUCKDB_DIR ${FATHOM_CACHE}/duckdb-${FATHOM_DUCKDB_VERSION})
if(NOT EXISTS ${FATHOM_DUCKDB_DIR}/lib/libduckdb.so)
  message(FATAL_ERROR "DuckDB ${FATHOM_DUCKDB_VERSION} is not in ${FATHOM_DUCKDB_DIR}: "
                      "run scripts/setup first, or pass -DFATHOM_CACHE=<its cache folder>")
endif()

set(fathom_duckdb_copy ${CMAKE_BINARY_DIR}/libduckdb.so)
add_custom_command(
  OUTPUT ${fathom_duckdb_copy}
  COMMAND ${CMAKE_COMMAND} -E copy ${FATHOM_DUCKDB_DIR}/lib/libduckdb.so ${fathom_duckdb_copy}
  DEPENDS ${FATHOM_DUCKDB_DIR}/lib/libduckdb.so)
add_custom_target(fathom_duckdb_library DEPENDS ${fathom_duckdb_copy})

add_library(fathom_duckdb SHARED IMPORTED GLOBAL)
add_dependencies(fathom_duckdb fathom_duckdb_library)
set_target_properties(fathom_duckdb PROPERTIES
  IMPORTED_LOCATION ${fathom_duckdb_copy}
  INTERFACE_INCLUDE_DIRECTORIES ${FATHOM_DUCKDB_DIR}/include)
# Here and in the folders above this one that come later.
set(CMAKE_BUILD_RPATH "$ORIGIN")
set(CMAKE_BUILD_RPATH "$ORIGIN" PARENT_SCOPE)
