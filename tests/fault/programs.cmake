# Programs that start whole stacks and take parts of them away.
file(GLOB fault_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(FILTER fault_sources EXCLUDE REGEX "/(fault|outage)\\.c$")
list(APPEND fault_sources ${CMAKE_CURRENT_LIST_DIR}/../support/shipped_programme.c)
add_library(fault_parts STATIC EXCLUDE_FROM_ALL ${fault_sources})
target_link_libraries(fault_parts PUBLIC hp_stack echo_messages PkgConfig::CURL PkgConfig::PQ)
foreach(name fault outage)
  add_executable(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
  target_link_libraries(${name} PRIVATE fault_parts)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_dependencies(${name} hongping intake scoring publicity credit reporting gateway)
endforeach()
# How many kills: HP_FAULT_KILLS, or tests/run --fault N. It ends itself when it takes too long for that number.
add_test(NAME fault/kills COMMAND fault)
# It takes longest, so it is begun first.
set_tests_properties(fault/kills PROPERTIES FAIL_REGULAR_EXPRESSION "${HP_FAIL_PATTERN}" TIMEOUT 1000000 COST 1000)
add_dependencies(fault echo_service echo_next_service mirror_service clock_step)
add_test(NAME fault/outage COMMAND outage)
set_tests_properties(fault/outage PROPERTIES FAIL_REGULAR_EXPRESSION "${HP_FAIL_PATTERN}" TIMEOUT 300)
