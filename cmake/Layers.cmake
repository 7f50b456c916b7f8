# pm_layer(name LINKS …): src/<name>/*.cpp as the static library pm_<name>, its public headers in include/pm/<name>/.
function(pm_layer name)
  cmake_parse_arguments(LAYER "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(pm_${name} STATIC ${sources})
  target_include_directories(pm_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src/${name})
  target_link_libraries(pm_${name} PUBLIC pm_options ${LAYER_LINKS})
endfunction()
