# cmake --install BUILD --prefix P: nothing in it knows P, so it can be moved as a whole.
#   bin/hongping, bin/hongping-verify
#   libexec/hongping/<service>          started by hongping, not by people
#   share/hongping/                     what deploy/ has that programs read
#   share/locale/                       the catalogues
#   share/doc/hongping/
# Programs look for share/hongping above the folder they are in (common/base/place.h), so these names are fixed.
set(HP_LIBEXEC libexec/hongping)
set(HP_SHARE share/hongping)

foreach(folder calendars credit programmes samples scenarios)
  if(EXISTS ${CMAKE_SOURCE_DIR}/deploy/${folder})
    install(DIRECTORY deploy/${folder} DESTINATION ${HP_SHARE})
  endif()
endforeach()
install(FILES README.md LICENSE DESTINATION share/doc/hongping)
install(DIRECTORY docs DESTINATION share/doc/hongping)

# the build tree has the same places
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/deploy ${CMAKE_BINARY_DIR}/${HP_SHARE} SYMBOLIC)
