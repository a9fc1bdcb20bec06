// Who serves each shard, and what waits until somebody does:
//
//   served    its requests go to two actors. They may be here or stand for another node, which is
//             all the same here. While one of them is being started again, what is for it is
//             refused.
//   leaving   its actors still have requests to answer; what comes waits
//   vacant    nobody serves it for now; what comes waits
//
// What waits holds its credits, so credits bound it, and its deadline goes on. When the shard is
// served again all of it goes there, in the order in which it came and before anything newer. Or
// else it is refused with a reason.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What a shard's two actors are for. Reads past the cache are for the one for commands.
enum class duty : std::uint8_t { commands, reads };

/// Also finds the actors of the moment that no shard has: a restarted one takes its predecessor's
/// place. Any thread.
class registry {
public:
  /// All shards are about to be served.
  explicit registry(std::size_t shards) : places_(shards) {}

  /// Sends the request that `admit` makes, or keeps it until the shard is served. Fails
  /// (unavailable) without having called `admit` if the shard is refused. Returns what `admit`
  /// made: a ticket, or null for want of credit. `admit` calls nobody back.
  ///
  /// A shard's actors get nothing after they were told to leave: who sends holds a lock that
  /// leave() takes, too.
  template <class Admit>
  result<ticket_ptr> send(std::size_t shard, duty what, Admit admit) {
    const std::shared_lock lock{mutex_};
    auto& at = places_[shard];
    if (refuses(at, what)) return refusal(at);
    ticket_ptr asked = admit();
    if (asked) pass(at, &place::waiting, what, asked);
    return asked;
  }
  /// A request that an actor of the shard did not begin with. It goes before all that came since.
  void give_back(std::size_t shard, duty what, ticket_ptr asked);
  /// Nobody waits for the answer to this read any more.
  void withdraw(std::size_t shard, const ticket_ptr& left);
  /// Lets go of what waits and was answered meanwhile, by its deadline. Somebody must call this
  /// again and again while a shard is vacant.
  void drop_abandoned(std::size_t shard);

  /// `by` has this duty from now on; nobody, while it is null. A vacant shard is served once both
  /// duties are somebody's. Who takes over the reads of a shard that is leaving is told to leave.
  void set_server(std::size_t shard, duty what, caf::actor by);
  /// Tells a shard's actors to leave, by a `stop` to the one for reads, which passes it on behind
  /// its last load. They give back what they have not begun with. False: nobody takes its commands
  /// at the moment, so nothing is to be waited for.
  [[nodiscard]] bool leave(std::size_t shard);
  /// A shard's actors have ended, or who stood in for them.
  void vacate(std::size_t shard);
  /// `by` hears of it (request_waits) when the first request begins to wait for a vacant shard.
  void set_stand_in(std::size_t shard, caf::actor by);
  /// Answers what waits for a shard that is not served, and what comes until it is, with `why`.
  void refuse(std::size_t shard, const error& why);
  /// All actors of shards have ended, or are about to.
  void forget_servers();
  /// Refuses all shards, for good.
  void close(const error& why);

  /// Null while nobody has the duty.
  [[nodiscard]] caf::actor server(std::size_t shard, duty what) const;
  [[nodiscard]] caf::actor shard(std::size_t index) const { return server(index, duty::commands); }
  [[nodiscard]] caf::actor cache(std::size_t index) const { return server(index, duty::reads); }
  /// Waits until every shard is served, or `failed` is set.
  void wait_for_shards(const std::atomic<bool>& failed) const;

  void set_metrics(caf::actor metrics);
  void set_journal(caf::actor journal);
  [[nodiscard]] caf::actor metrics_actor() const;
  [[nodiscard]] caf::actor journal_actor() const;

private:
  enum class standing : std::uint8_t { served, leaving, vacant };
  struct entry {
    duty what;
    ticket_ptr asked;
  };
  struct place {
    standing is = standing::served;
    caf::actor commands;
    caf::actor reads;
    caf::actor stand_in;
    std::optional<error> refused_with;
    std::vector<entry> returned;  // by its actors, and older than
    std::vector<entry> waiting;   // until it is served

    [[nodiscard]] const caf::actor& by(duty what) const {
      return what == duty::commands ? commands : reads;
    }
    [[nodiscard]] bool staffed() const { return commands && reads; }
    [[nodiscard]] bool nothing_waits() const { return returned.empty() && waiting.empty(); }
    [[nodiscard]] std::vector<entry> take_all();
  };

  [[nodiscard]] static bool refuses(const place& at, duty what) {
    return at.refused_with || (at.is == standing::served && !at.by(what));
  }
  /// Why it refuses.
  [[nodiscard]] static error refusal(const place& at);
  using list_of = std::vector<entry> place::*;
  /// Hands it on, or puts it into `list`.
  void pass(place& at, list_of list, duty what, const ticket_ptr& asked) {
    if (at.is == standing::served) return shell::post(at.by(what), admitted{asked});
    keep(at, list, what, asked);
  }
  void keep(place& at, list_of list, duty what, const ticket_ptr& asked);
  [[nodiscard]] static std::vector<entry> refuse(place& at, const error& why);
  static void answer_all(const std::vector<entry>& all, const error& why);

  mutable std::shared_mutex mutex_;  // of who serves
  std::mutex lists_;                 // of what waits, for those who share the other one
  mutable std::condition_variable_any changed_;
  caf::actor metrics_;
  caf::actor journal_;
  std::vector<place> places_;
  bool closed_ = false;
};

}  // namespace acta::internal
