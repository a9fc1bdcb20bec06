# Finds CAF 0.18.7 and no other: its actors and its scheduler differ from version to version, and
# Debian's own package is 0.17.6.
find_package(CAF 0.18.7 EXACT QUIET COMPONENTS core)
if(NOT CAF_FOUND)
  set(other "")
  foreach(config version IN ZIP_LISTS CAF_CONSIDERED_CONFIGS CAF_CONSIDERED_VERSIONS)
    string(APPEND other "\n  found, but of version ${version}: ${config}")
  endforeach()
  message(FATAL_ERROR
    "acta needs CAF 0.18.7, and no other version will do.${other}\n"
    "scripts/setup builds it once, and prints where as its last line:\n"
    "  cmake -DCMAKE_PREFIX_PATH=$(scripts/setup | tail -n 1) ...\n"
    "scripts/build PRESET does that, and builds.")
endif()
