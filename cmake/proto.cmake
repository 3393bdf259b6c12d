# hp_proto_library(TARGET FILE...): C code from .proto files by protoc-c.
function(hp_proto_library target)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(sources)
  foreach(file ${ARGN})
    get_filename_component(stem ${file} NAME_WE)
    add_custom_command(
      OUTPUT ${out}/${stem}.pb-c.c ${out}/${stem}.pb-c.h
      COMMAND ${PROTOC_C} --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --c_out=${out} ${file}
      DEPENDS ${file}
      COMMENT "Messages of ${stem}")
    list(APPEND sources ${out}/${stem}.pb-c.c)
  endforeach()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${out})
  target_link_libraries(${target} PUBLIC PkgConfig::PROTOBUFC)
endfunction()
