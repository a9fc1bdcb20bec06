// The journal in memory: for trying out, and for tests. Of all journals that may have several
// partitions and several writing processes it is the smallest, and the contract's reference.
#pragma once

#include <mutex>

#include "runtime/journal/adapter.hpp"
#include "runtime/journal/memory_partition.hpp"
#include "runtime/journal/new_identity.hpp"

namespace acta::internal {

/// Completes every call inside the call, and never fails. Any thread.
class memory_journal final : public journal_adapter, public partition_claims {
public:
  /// Its partitions are 0, 1, ...; shards are dealt out to them in turn.
  explicit memory_journal(std::uint32_t partitions = 1);

  using journal::append;
  void append(std::vector<append_ptr> batch, append_done done) override;
  void recover(partition_id in, const stream_id& stream, writer_id writer, version from,
               std::size_t max_events, read_done done) override;
  void leave(partition_id in, const stream_id& stream, writer_id writer) override;
  void save(partition_id in, const stream_id& stream, snapshot what) override;
  void find_command(partition_id in, command_search what, search_done done) override;
  void read_stream(partition_id in, const stream_id& stream, version from, std::size_t max_events,
                   read_done done) override;
  void read_all(position from, std::size_t max_events, read_done done) override;
  [[nodiscard]] position last(partition_id of) const override;
  [[nodiscard]] std::string read_only_reason() const override { return {}; }

  /// A new journal each time.
  [[nodiscard]] journal_identity identity() const override { return identity_; }
  [[nodiscard]] std::vector<partition_id> partitions() const override;
  [[nodiscard]] partition_id partition_of(std::size_t shard) const override;
  [[nodiscard]] result<std::map<std::string, std::string>> properties() const override;
  result<void> set_properties(const std::map<std::string, std::string>& changed) override;
  [[nodiscard]] result<std::map<std::string, std::string>> contracts() const override;
  result<void> remove_contracts(const std::vector<std::string>& names) override;

  /// Nobody is known to live: whoever names the newest epoch may claim.
  void look(partition_id at, look_done done) override;
  void claim(const claim_request& how, claim_done done) override;
  void release(partition_id of, std::uint64_t epoch, release_done done) override;

  /// The streams that have a registered writer.
  [[nodiscard]] std::size_t writers() const;
  /// How many searches went further than one event.
  [[nodiscard]] std::size_t searches() const { return searches_; }

private:
  std::vector<append_result> write(const std::vector<append_ptr>& batch);
  /// Null: there is no such partition.
  [[nodiscard]] memory_partition* find(partition_id id);
  [[nodiscard]] const memory_partition* find(partition_id id) const;

  const journal_identity identity_ = new_identity();
  mutable std::mutex mutex_;
  std::vector<memory_partition> partitions_;
  std::map<std::string, std::string> properties_;
  std::size_t searches_ = 0;
};

}  // namespace acta::internal
