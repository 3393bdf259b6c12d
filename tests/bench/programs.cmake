# Built on demand by tests/bench/run: not part of a test run.
foreach(name http_load relay rebuild fill)
  add_executable(bench_${name} EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
  set_target_properties(bench_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
  target_link_libraries(bench_${name} PRIVATE hp_common)
endforeach()
