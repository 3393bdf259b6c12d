# Programs beside the Criterion tests: every tests/<folder>/programs.cmake says which it builds.
# Paths in them are relative to their own folder (CMAKE_CURRENT_LIST_DIR).
file(GLOB program_lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*/programs.cmake)
foreach(list ${program_lists})
  include(${list})
endforeach()
