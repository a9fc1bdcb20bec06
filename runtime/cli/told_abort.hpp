// An end in words where a library would end the program by abort().
#pragma once

#include <signal.h>

#include <string>

namespace acta::internal {

/// While one of these lives, abort() writes a text and ends the program with exit code 1. RocksDB,
/// if built with assertions as Debian's is, calls it over files that contradict one another. Of two
/// the newer one speaks. One thread makes and ends them; any may call abort().
class told_abort {
public:
  /// `complaint` is written to standard error, `output` to standard output; each ends its line.
  explicit told_abort(std::string complaint, std::string output = {});
  told_abort(const told_abort&) = delete;
  told_abort& operator=(const told_abort&) = delete;
  ~told_abort();

private:
  static void tell(int signal);
  static const told_abort* newest;

  std::string complaint_;
  std::string output_;
  const told_abort* before_;
  struct sigaction action_before_ {};
};

/// While this lives, abort() is what it is without a told_abort: while a program serves, an
/// operator may want its core.
class plain_abort {
public:
  plain_abort();
  plain_abort(const plain_abort&) = delete;
  plain_abort& operator=(const plain_abort&) = delete;
  ~plain_abort();

private:
  struct sigaction action_before_ {};
};

}  // namespace acta::internal
