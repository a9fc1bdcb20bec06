// Where the files of this machine lie is its operator's business, not that of clients.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace acta::internal {

/// The text without the paths in it. `journal` is a directory, by the name it was given, relative
/// or absolute, whatever is in that name: a file below it keeps its bare name, `000012.log`, and
/// the directory itself becomes `the journal`. Of another absolute path the name of its file is
/// left. Where such a path with blanks ends nobody can tell, so words between two paths may go with
/// them. `type/id` is no path. An empty `journal` is none.
[[nodiscard]] std::string without_paths(std::string_view text,
                                        const std::filesystem::path& journal = {});

}  // namespace acta::internal
