#include "runtime/schedule/zone.hpp"

#include <date/tz.h>

#include <locale>
#include <stdexcept>

#include "actors/model/malformed.hpp"

namespace acta::internal {

namespace {

// The library has clocks of its own for what C++20 has too; the durations are the same.
date::sys_seconds to_library(sys_seconds time) {
  return date::sys_seconds{time.time_since_epoch()};
}

/// Files of the directory that are no zones of the database: what this machine is set to, and zones
/// whose clocks count leap seconds.
bool is_of_the_machine(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name.starts_with("right/") ||
         name.starts_with("posix/");
}

}  // namespace

result<zone> zone::find(std::string_view name) {
  const auto unknown = [&] {
    return malformed("zone", "the time zone '" + std::string{name} +
                                 "' is not known here: names are those of the tz database, as "
                                 "Europe/Zurich");
  };
  if (is_of_the_machine(name)) return unknown();
  try {
    return zone{date::locate_zone(name)};
  } catch (const std::exception&) {
    return unknown();
  }
}

sys_seconds zone::at(local_minutes time) const {
  const date::local_seconds local{time.time_since_epoch()};
  const auto info = found_->get_info(local);
  if (info.result == date::local_info::nonexistent)
    return sys_seconds{info.first.end.time_since_epoch()};
  return sys_seconds{(local.time_since_epoch() - info.first.offset)};
}

local_seconds zone::local(sys_seconds time) const {
  return local_seconds{found_->to_local(to_library(time)).time_since_epoch()};
}

std::string zone::format(const std::string& how, sys_seconds time) const {
  return date::format(std::locale::classic(), how, date::make_zoned(found_, to_library(time)));
}

}  // namespace acta::internal
