# fathom_library(layer a.cc b.cc ...): the static library fathom_<layer> of src/<layer>.
function(fathom_library layer)
  add_library(fathom_${layer} STATIC ${ARGN})
  target_include_directories(fathom_${layer} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(fathom_${layer} PUBLIC Threads::Threads)
endfunction()

# fathom_test(layer a_test.cc ...): one test program per file, linked to fathom_<layer>, run by
# ctest under the label "unit". Tests find the repository through FATHOM_SOURCE_DIR.
function(fathom_test layer)
  foreach(source ${ARGN})
    get_filename_component(stem ${source} NAME_WE)
    set(target ${layer}_${stem})
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE fathom_${layer} GTest::gtest_main GTest::gmock)
    target_compile_definitions(${target} PRIVATE FATHOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${layer}/${stem} COMMAND ${target})
    set_tests_properties(${layer}/${stem} PROPERTIES LABELS unit TIMEOUT 600)
  endforeach()
endfunction()
