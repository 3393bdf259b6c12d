# the API's document, by tools from outside; see contract.sh
add_test(NAME contract COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/contract.sh)
set_tests_properties(contract PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77 FAIL_REGULAR_EXPRESSION "LeakSanitizer|AddressSanitizer|runtime error:"
  ENVIRONMENT "HP_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};HP_SOURCE=${CMAKE_SOURCE_DIR}")
