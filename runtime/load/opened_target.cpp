#include "runtime/load/opened_target.hpp"

#include <unistd.h>

#include <future>
#include <sstream>
#include <utility>

#include "runtime/load/open_files.hpp"
#include "runtime/load/processor_time.hpp"

namespace acta::internal::load {

namespace {

/// Divides a command at its blanks.
std::vector<std::string> words_of(const std::string& command) {
  std::istringstream from{command};
  std::vector<std::string> words;
  for (std::string one; from >> one;) words.push_back(std::move(one));
  return words;
}

result<std::vector<http_url>> servers_of(const std::vector<std::string>& urls) {
  std::vector<http_url> servers;
  for (const auto& url : urls) {
    auto server = parse_http_url(url);
    if (!server) return error{errc::malformed, "--url: " + server.error().detail};
    servers.push_back(*std::move(server));
  }
  return servers;
}

result<void> check_trust(const std::string& authorities) {
  if (authorities.empty()) return {};
  const auto good = check_authorities(authorities);
  if (good) return {};
  return error{errc::malformed, "--authorities: " + authorities +
                                    " is no PEM file of authorities: " + good.error().detail};
}

/// Makes a node whose threads let the generator's go first, so that it is in time on shared cores.
/// Threads inherit the nice value of the thread that starts them.
std::unique_ptr<node> make_in_background(const options& how) {
  constexpr int nicer = 5;
  return std::async(std::launch::async,
                    [&how] {
                      (void)::nice(nicer);
                      return std::make_unique<node>(how);
                    })
      .get();
}

}  // namespace

result<std::unique_ptr<opened_target>> opened_target::open(const target_options& how,
                                                           const aggregate_type& type) {
  std::unique_ptr<opened_target> opened{new opened_target{how}};
  const auto good = how.urls.empty() ? opened->open_node(type) : opened->open_service(type);
  if (!good) return good.error();
  return opened;
}

result<void> opened_target::open_node(const aggregate_type& type) {
  journal_ = how_.data;
  if (journal_.empty()) {
    own_.emplace();
    if (own_->path().empty()) return error{errc::storage, "no temporary directory can be made"};
    journal_ = own_->path() / "journal";
  }
  try {
    auto how = embedded(journal_);
    if (how_.credits > 0) how.credits = how_.credits;
    node_ = make_in_background(how);
    const auto& hosted = node_->host(type);
    target_ = std::make_unique<node_target>(*node_, hosted);
  } catch (const startup_error& why) {
    return why.problem();
  }
  return {};
}

result<void> opened_target::open_service(const aggregate_type& type) {
  const auto servers = servers_of(how_.urls);
  if (!servers) return servers.error();
  if (auto enough = check_open_files(how_.connections); !enough) return enough;
  if (auto good = check_trust(how_.authorities); !good) return good;
  journal_ = how_.data;
  std::error_code ignored;
  if (how_.start.empty() && !journal_.empty() && !std::filesystem::exists(journal_, ignored))
    return error{errc::malformed, "--data: there is no journal in " + journal_.string()};
  http_target::settings how;
  how.connections = how_.connections;
  how.authorities = how_.authorities;
  auto there = std::make_unique<http_target>(*servers, type.name, std::move(how));
  auto& over_http = *there;
  target_ = std::move(there);
  if (const auto command = words_of(how_.start); !command.empty()) {
    service_.emplace(command, [&over_http] { return over_http.is_ready().ok(); });
    return service_->start();
  }
  if (const auto ready = over_http.is_ready(); !ready)
    return error{errc::unavailable, "--url: " + ready.error().detail};
  return {};
}

void opened_target::begin_kills() {
  if (service_ && how_.kill_every.count() > 0) service_->kill_every(how_.kill_every);
}

result<void> opened_target::end_kills() {
  return service_ ? service_->leave_alone() : result<void>{};
}

std::vector<std::chrono::steady_clock::time_point> opened_target::kills() const {
  if (!service_) return {};
  return service_->kills();
}

std::optional<std::chrono::nanoseconds> opened_target::processor_time() const {
  if (node_) return own_processor_time() - thread_processor_time();
  if (!service_) return std::nullopt;
  return service_->processor_time();
}

std::optional<std::uint64_t> opened_target::peak_bytes() const {
  if (node_) return own_peak_memory();
  if (!service_) return std::nullopt;
  return peak_memory_of(service_->process());
}

}  // namespace acta::internal::load
