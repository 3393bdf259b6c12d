# e2e: shell scripts on the built command and its services, as a person would use them.
set(E2E ${CMAKE_CURRENT_LIST_DIR})
function(hp_e2e name timeout)
  add_test(NAME e2e/${name} COMMAND sh ${E2E}/${ARGN})
  set_tests_properties(e2e/${name} PROPERTIES TIMEOUT ${timeout} SKIP_RETURN_CODE 77
    FAIL_REGULAR_EXPRESSION "LeakSanitizer|AddressSanitizer|runtime error:"
    ENVIRONMENT "HP_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};HP_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()

hp_e2e(commands 300 commands.sh)
hp_e2e(states 60 states.sh)
hp_e2e(interrupted 300 interrupted.sh)
hp_e2e(texts 60 texts.sh)
hp_e2e(sql 60 sql.sh)
hp_e2e(house 120 house.sh)
add_test(NAME e2e/migrate COMMAND with_postgres sh ${E2E}/migrate.sh)
set_tests_properties(e2e/migrate PROPERTIES TIMEOUT 60 FAIL_REGULAR_EXPRESSION "LeakSanitizer|AddressSanitizer|runtime error:"
  ENVIRONMENT "HP_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};HP_SOURCE=${CMAKE_SOURCE_DIR}")
hp_e2e(docs 60 docs.sh)
hp_e2e(demo 600 demo.sh)
hp_e2e(committees 600 committees.sh)
hp_e2e(scenario 300 scenario.sh)
hp_e2e(stack 300 stack.sh)
hp_e2e(tables 300 tables.sh)
hp_e2e(kept 300 kept.sh)
# what cmake --install makes, moved and alone
hp_e2e(install 600 install.sh)
# a stack's life as another user: PostgreSQL and the services then run as that user, not as "postgres" and root
hp_e2e(stack_other_user 300 other_user.sh stack.sh)
# seals of people who have only hongping-verify; make_seals makes what they were given
add_executable(make_seals ${E2E}/make_seals.c)
set_target_properties(make_seals PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
target_link_libraries(make_seals PRIVATE hp_test_support)
hp_e2e(seals 300 seals.sh)
# the same program in a root that has nothing else
hp_e2e(alone 60 alone.sh)
# a stack's own seals and the proofs it gives
hp_e2e(proof 600 proof.sh)
# a district that one service was not told of
hp_e2e(unheard 300 unheard.sh)
# months of a stack as files
hp_e2e(archive 600 archive.sh)
