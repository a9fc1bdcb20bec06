# A Debian package of what `cmake --install` gives: scripts/package makes it.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libacta-dev)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_VENDOR acta)
set(CPACK_PACKAGE_CONTACT "the authors of acta")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "event-sourced actor runtime for C++20")
set(CPACK_PACKAGE_DESCRIPTION "Static libraries and headers: a domain is plain structs and pure functions,
each aggregate an actor that keeps its events durably, behind HTTP, a queue and schedules.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# What acta-config.cmake looks for, and what installed headers include.
string(JOIN ", " CPACK_DEBIAN_PACKAGE_DEPENDS
  librocksdb-dev "nlohmann-json3-dev" libssl-dev prometheus-cpp-dev librabbitmq-dev
  libhowardhinnant-date-dev libxxhash-dev tzdata)
include(CPack)
