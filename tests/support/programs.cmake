# with_postgres [--durable] COMMAND...: runs it on a throw-away server of its own
add_executable(with_postgres ${CMAKE_CURRENT_LIST_DIR}/with_postgres.c)
target_link_libraries(with_postgres PRIVATE hp_common)

# the services that the frame is tested with
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/echo_service)

# stands in for the services that one under test hears
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/event_source)

# a wall clock that a test may step
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/clock_step)
