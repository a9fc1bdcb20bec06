// What a node says of users' code while it calls that code.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "runtime/node.hpp"
#include "tests/support/moody.hpp"

namespace acta::testing {

using namespace internal;

/// Asks for in_users_code() at each place of `moody` that is passed, for as long as it lives.
class said_at_places {
public:
  /// `of` outlives this.
  explicit said_at_places(const node& of) : of_{&of} {}

  /// All that was ever said at this place.
  std::set<std::string> operator[](place where) const {
    const std::lock_guard lock{mutex_};
    const auto found = said_.find(where);
    return found == said_.end() ? std::set<std::string>{} : found->second;
  }

private:
  void look(place where) {
    const auto calls = of_->in_users_code();
    const std::lock_guard lock{mutex_};
    said_[where].insert(calls.begin(), calls.end());
  }

  const node* of_;
  mutable std::mutex mutex_;
  std::map<place, std::set<std::string>> said_;
  const looking_at_places looking_{[this](place where) { look(where); }};
};

}  // namespace acta::testing
