// What systemd hears of a service of `Type=notify`: when it takes requests, and when it begins to
// end.
#pragma once

#include <string_view>

namespace acta::internal {

/// Sends a state, as "READY=1", to the service manager that started this process: a datagram to the
/// socket that $NOTIFY_SOCKET names (sd_notify(3)). Without one, or where nobody takes it, nothing
/// happens: no request depends on it. Does not wait. Any thread, while nobody changes the
/// environment.
void tell_service_manager(std::string_view state);

}  // namespace acta::internal
