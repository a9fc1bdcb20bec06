# What `cmake --install` gives: static libraries, the headers that a user's includes reach, and a package for
# find_package(acta) and for pkg-config. CAF is hidden from users, so its library is carried along under a
# name of its own: their machine needs no CAF, and theirs, if they have one, is not in the way.

include(CMakePackageConfigHelpers)

set(libraries acta_codec acta_journal acta_net acta_telemetry acta_schedule acta_actors
  acta acta_delivery acta_command_line acta_cli acta_load)
foreach(library ${libraries} acta_settings acta_model acta_caf)
  string(REPLACE "acta_" "internal::" export_name "${library}")
  set_target_properties(${library} PROPERTIES EXPORT_NAME "${export_name}")
endforeach()
set_target_properties(acta_cli PROPERTIES EXPORT_NAME cli)
set_target_properties(acta_load PROPERTIES EXPORT_NAME load)

install(TARGETS ${libraries} acta_settings acta_model acta_caf EXPORT acta-targets)
install(FILES "$<TARGET_FILE:CAF::core>" DESTINATION "${CMAKE_INSTALL_LIBDIR}" RENAME libacta_caf_core.a)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${CMAKE_CURRENT_LIST_DIR}/caf-license"
  "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${PROJECT_SOURCE_DIR}/ARCHITECTURE.md"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES "${PROJECT_SOURCE_DIR}/packaging/acta@.service" DESTINATION "${CMAKE_INSTALL_DATADIR}/acta")

install(CODE "set(acta_source \"${PROJECT_SOURCE_DIR}\")
set(acta_staged \"${PROJECT_BINARY_DIR}/installed_headers\")
set(acta_include \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}\")")
install(SCRIPT "${CMAKE_CURRENT_LIST_DIR}/install_headers.cmake")

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/acta")
install(EXPORT acta-targets NAMESPACE acta:: DESTINATION "${package}")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/acta-config.cmake.in"
  "${PROJECT_BINARY_DIR}/package/acta-config.cmake" INSTALL_DESTINATION "${package}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/acta-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/acta-config.cmake"
  "${PROJECT_BINARY_DIR}/package/acta-config-version.cmake" DESTINATION "${package}")

# The prefix is found from where the .pc file is, since `cmake --install --prefix` may choose another.
file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
foreach(pc acta acta-cli acta-load)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/${pc}.pc.in" "${PROJECT_BINARY_DIR}/package/${pc}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/package/${pc}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
