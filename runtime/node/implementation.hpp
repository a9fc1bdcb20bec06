// The composition root: what a node consists of, in the order in which it begins; it ends the other
// way round.
#pragma once

#include <map>
#include <mutex>
#include <shared_mutex>

#include "runtime/codec/cbor.hpp"
#include "runtime/engine/thread_per_subscription.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "runtime/node/environment.hpp"

namespace acta {

class node::implementation {
public:
  class port;  // for the schedules

  explicit implementation(options&& how);
  ~implementation();
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;

  /// Of acta.schedule the program has none.
  const aggregate_type& host(aggregate_type&& type);
  const aggregate_type& host_any(aggregate_type&& type);
  [[nodiscard]] std::vector<const aggregate_type*> types(bool retired) const;
  /// Also for what node::execute() does not take: commands to aggregates of acta's own.
  [[nodiscard]] result<void> execute(const aggregate_type& type, std::string_view id,
                                     std::size_t index, any_value command, call_options how,
                                     callback<receipt> done, internal::answer_exit by);
  [[nodiscard]] result<void> decode(const aggregate_type& type, const recorded_event& event,
                                    void* into) const;
  /// Who is told why a subscription ended: an operator, if its owner does not ask.
  [[nodiscard]] std::function<void(const error&)> end_handler(
      std::function<void(const error&)> ended) const;
  bool shut_down(std::chrono::milliseconds deadline);

  const std::shared_ptr<internal::users_code> users_ = std::make_shared<internal::users_code>();
  options how_;
  internal::actor_configuration configuration_;
  internal::cbor_codec codec_;
  internal::system_clock clock_;
  internal::system_random random_;
  /// Before all that may make a span, so that it ends after it. Null: nothing is traced.
  std::unique_ptr<internal::otlp_exporter> exporter_;
  internal::thread_per_subscription handlers_;
  std::unique_ptr<internal::embedded_journal> on_disk_;  // or
  std::unique_ptr<internal::memory_journal> in_memory_;
  internal::journal_adapter* const adapter_ =
      on_disk_ ? static_cast<internal::journal_adapter*>(on_disk_.get()) : in_memory_.get();
  /// The only one: a node has one order of all its events.
  const partition_id partition_ = adapter_->partitions().front();
  std::unique_ptr<caf::actor_system> system_;
  internal::answer_exits completions_;
  internal::engine engine_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<const aggregate_type>, std::less<>> types_;
  std::unique_ptr<acta::schedules> schedules_;

private:
  void agree_with_journal(aggregate_type& type);
  [[nodiscard]] bool at_rest() const;
  void tell(bool failed, std::string_view event, std::string reason) const;
  /// Waits until nothing runs any more.
  void finish();

  std::mutex shutdown_;
  bool ended_ = false;
  bool drained_ = false;
  bool abandoned_ = false;
};

}  // namespace acta
