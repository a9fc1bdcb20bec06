# Installs include/acta/ and every header that it reaches. The tree writes includes from its root, as
# "runtime/node.hpp"; on a user's include path such names would clash with the user's own. So the reached
# headers are installed below acta/internal/, and their includes name them there.

function(stage path installed)
  file(READ "${acta_source}/${path}" text)
  string(REGEX MATCHALL "#include \"[^\"]+\"" includes "${text}")
  string(REGEX REPLACE "#include \"([^\"]+)\"" "#include <acta/internal/\\1>" text "${text}")
  file(WRITE "${acta_staged}/acta/${installed}" "${text}")
  foreach(line ${includes})
    string(REGEX REPLACE "#include \"([^\"]+)\"" "\\1" reached "${line}")
    if(NOT EXISTS "${acta_staged}/acta/internal/${reached}")
      stage("${reached}" "internal/${reached}")
    endif()
  endforeach()
endfunction()

file(REMOVE_RECURSE "${acta_staged}")
file(GLOB entrances RELATIVE "${acta_source}/include/acta" "${acta_source}/include/acta/*.hpp")
foreach(entrance ${entrances})
  stage("include/acta/${entrance}" "${entrance}")
endforeach()
file(INSTALL DESTINATION "${acta_include}" TYPE DIRECTORY FILES "${acta_staged}/acta")
