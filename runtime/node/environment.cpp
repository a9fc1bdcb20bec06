#include "runtime/node/environment.hpp"

#include <algorithm>
#include <future>

#include "actors/base/longest_wait.hpp"
#include "actors/model/guard.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

/// The same handler, on the list while it runs. It keeps the list, since an actor may tell of its
/// end after the node's.
notice_handler listed(notice_handler tell, std::shared_ptr<users_code> users) {
  if (!tell) return {};
  return [tell = std::move(tell), users = std::move(users)](const notice& told) {
    const users_code::call now{users.get(), "options.tell on", told.event};
    tell(told);
  };
}

/// A number that the journal remembers; `otherwise` if it is new.
std::uint64_t number_in(const std::map<std::string, std::string>& properties, const char* name,
                        std::uint64_t otherwise) {
  const auto found = properties.find(name);
  if (found == properties.end()) return otherwise;
  const auto value = whole_number(found->second).value_or(0);
  if (value == 0)
    throw startup_error{{errc::damaged, std::string{"the journal's property "} + name + " is '" +
                                            found->second + "', no number above 0"}};
  return value;
}

}  // namespace

/// CAF leaves a reference to a part of the system with the thread that makes it, and the system's
/// destructor waits until that is gone: a node could be destroyed on that thread only. So one makes
/// it that ends here.
std::unique_ptr<caf::actor_system> make_system(actor_configuration& how) {
  return std::async(std::launch::async, [&how] { return std::make_unique<caf::actor_system>(how); })
      .get();
}

completion_threads::told_of_more told_of_threads(const notice_handler& tell,
                                                 const std::shared_ptr<users_code>& users) {
  if (!tell) return {};
  return [tell, users](std::size_t threads, bool no_more, const std::string& stream) {
    std::string under_way;
    for (const auto& one : users->under_way()) under_way += "; " + one;
    tell({false, "callbacks_block",
          "the answer to " + stream + " has waited for a thread; there are " +
              std::to_string(threads) + " for callbacks now" +
              (no_more ? ", there will be no more, and callbacks wait" : "") + "; under way" +
              (under_way.empty() ? ": nothing" : under_way.replace(0, 1, ":"))});
  };
}

options valid(options&& how, std::shared_ptr<users_code> users) {
  if (auto checked = check(how); !checked) throw startup_error{checked.error()};
  how.tell = listed(without_exceptions(std::move(how.tell)), std::move(users));
  return with_bounded_waits(std::move(how));
}

std::unique_ptr<embedded_journal> open_on_disk(const options& how) {
  if (how.data_directory.empty()) return nullptr;
  rocksdb_options opening;
  opening.directory = how.data_directory;
  opening.tell = how.tell;
  // Each may ask a second time, whether there is any event at all.
  opening.most_pages = std::max(opening.most_pages, 2 * how.event_pages);
  return or_throw(open_rocksdb_journal(opening));
}

std::unique_ptr<otlp_exporter> start_export(const options& how) {
  if (how.traces.endpoint.empty()) return nullptr;
  return or_throw(otlp_exporter::start(how.traces, how.tell));
}

engine_identity identify(catalog& adapter, const options& how) {
  const auto known = or_throw(adapter.properties());
  const engine_identity identity{
      static_cast<std::size_t>(number_in(known, "shards", how.shard_count)),
      number_in(known, "epoch", 0) + 1};
  // Of the default nobody needs to hear that an older journal has another number.
  if (how.tell && identity.shards != how.shard_count && how.shard_count != options{}.shard_count)
    how.tell({false, "shard_count_ignored",
              "the journal was made with " + std::to_string(identity.shards) +
                  " shards and keeps them; options.shard_count is " +
                  std::to_string(how.shard_count)});
  auto stored = adapter.set_properties({{"shards", std::to_string(identity.shards)},
                                        {"shard_hash", "xxh3-64 of type/id, modulo shards"},
                                        {"epoch", std::to_string(identity.epoch)}});
  if (!stored) throw startup_error{stored.error()};
  return identity;
}

}  // namespace acta::internal
