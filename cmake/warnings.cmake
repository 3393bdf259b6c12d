# Flags of our own code (generated protobuf code is exempt): an interface library to link against.
add_library(hp_flags INTERFACE)
target_include_directories(hp_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(hp_flags INTERFACE _GNU_SOURCE HP_VERSION="${PROJECT_VERSION}")
target_compile_options(hp_flags INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wpointer-arith -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
target_link_libraries(hp_flags INTERFACE Threads::Threads)

# A program names no place it was built in: its files are ./common/base/err.c, wherever that was.
foreach(map -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=./build)
  add_compile_options(${map})
  add_link_options(${map}) # link-time optimisation compiles once more
endforeach()

if(HP_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
if(HP_FUZZ)
  # every object is traced; a target's own link adds the engine. gcc judges the warnings.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -w)
  add_link_options(-fsanitize=address,undefined)
endif()
