# Programs that start whole stacks and take parts of them away.
file(GLOB fault_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(REMOVE_ITEM fault_sources ${CMAKE_CURRENT_LIST_DIR}/outage.c)
add_executable(fault ${fault_sources})
target_link_libraries(fault PRIVATE hp_stack PkgConfig::CURL PkgConfig::PQ)
set_target_properties(fault PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_dependencies(fault hongping intake scoring publicity credit reporting gateway)
# HP_FAULT_KILLS, or tests/run --fault N: more kills take more time than this limit
add_test(NAME fault/kills COMMAND fault)
set_tests_properties(fault/kills PROPERTIES FAIL_REGULAR_EXPRESSION "${HP_FAIL_PATTERN}" TIMEOUT 600)
