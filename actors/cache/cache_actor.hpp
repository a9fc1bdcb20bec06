// Fronts the reads of one shard. Queries come here from the edge; what is not held is loaded
// through the shard, the aggregate and its lane, so that a view is only ever one that is durable.
#pragma once

#include "actors/cache/cache_state.hpp"
#include "actors/ports/codec.hpp"
#include "actors/protocol/audience.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What a cache actor is started with. What is pointed to outlives it.
struct cache_parameters {
  std::string_view name;   ///< A label in metrics; outlives the metrics actor too.
  std::size_t index = 0;   ///< Among the caches.
  budget* room = nullptr;  ///< The bytes of views that all caches share.
  caf::actor shard;
  /// Takes what is left to whoever serves the shard's reads next.
  std::function<void(ticket_ptr)> give_back;
  /// The credits of its loads. They are not the edge's: a shard that holds as many requests as it
  /// may could otherwise not load what its own readers wait for.
  std::shared_ptr<admission> loads;
  audience* listeners = nullptr;
  const codec* bytes_codec = nullptr;
  observer* watcher = nullptr;
  users_code* users = nullptr;
  std::chrono::milliseconds deadline_tick{50};
};

class cache_shell {
public:
  cache_shell(shell::self_ptr self, cache_parameters with);
  ~cache_shell();
  caf::behavior make_behavior();

private:
  void start(std::optional<view_load> due);
  void read(ticket_ptr asked);
  /// Takes note that the cache may have become idle or not, and has what is answered leave.
  void end_turn();
  ticket_ptr ticket_of(const view_load& due);
  void take(loaded& brought);
  /// Gives back who waits, holds nothing from now on, and has its shard stop behind the last load.
  void leave();
  /// The size of the view; nothing if it cannot be kept. What its inspect() throws becomes the
  /// answer.
  std::size_t size_of(loaded& brought);
  void listen(bool wanted);
  void tell();

  shell::self_ptr self_;
  cache_parameters with_;
  cache_state state_;
  shell::ticker<tick> ticker_;
  bool listening_ = false;
  bool leaving_ = false;
  bytes scratch_;
  cache_counts told_;
  std::optional<std::size_t> told_bytes_;
};

}  // namespace acta::internal
