// Where the files of this machine lie is its operator's business, not that of clients.
#pragma once

#include <string>
#include <string_view>

namespace acta::internal {

/// The text with each absolute path cut down to the name of its file: `/srv/bank/000012.log` is
/// `000012.log`. Where a path with blanks ends nobody can tell, so words between two paths may go
/// with them. `type/id` is no path.
[[nodiscard]] std::string without_paths(std::string_view text);

}  // namespace acta::internal
