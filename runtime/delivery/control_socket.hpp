// The way in for the command line on the same machine: a Unix domain socket in the data directory
// of a running node. It is no network interface: only who may write to the directory's `control`,
// which is the user that runs the node, can reach it.
//
// One request on a connection, one answer: each is a text that ends with a zero byte. A client that
// closes its connection before the answer ends its request.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/delivery/way_in.hpp"

namespace acta::internal {

class control_socket final : public way_in {
public:
  /// Called on a thread of its own, one request at a time; may block. `unwanted` may be called as
  /// long as that takes, and by any thread: true once the client has closed its connection, or
  /// refuse_new() was called. The request should end then.
  using handler =
      std::function<std::string(const std::string& request, const std::function<bool()>& unwanted)>;
  /// Returns the answer to a request that comes while `under_way`, which is another, is carried
  /// out. Called on the socket's thread; does not block.
  using refusal = std::function<std::string(const std::string& under_way)>;

  /// `data` is the directory of a journal that this process has open: whatever is left there of an
  /// earlier socket is replaced.
  control_socket(std::filesystem::path data, handler to, refusal busy);
  ~control_socket() override;

  /// Fails (storage) if there can be no socket in the directory.
  [[nodiscard]] result<void> start() override;
  /// Requests that come from now on are unwanted as well: a handler begins them and ends them.
  void refuse_new() override;
  /// Waits for the request that is being carried out, however long it takes, and answers it; then
  /// removes the socket. Returns 0.
  std::size_t stop(std::chrono::milliseconds deadline) override;
  [[nodiscard]] const char* stopping_means() const override;

private:
  class implementation;
  std::unique_ptr<implementation> self_;
};

/// Sends a request to the node that has the journal in `data` open, and waits for its answer for as
/// long as it takes. Nothing: no node listens there. Fails (storage) if the node went away.
result<std::optional<std::string>> ask_control(const std::filesystem::path& data,
                                               const std::string& request);

}  // namespace acta::internal
