#include "runtime/journal/rocksdb_settings.hpp"

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <limits>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

namespace {

/// The part of a key that names the stream: one bloom filter entry for each stream.
class stream_prefix final : public rocksdb::SliceTransform {
public:
  const char* Name() const override { return "acta.stream_prefix"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), key.ToStringView().find('\0') + 1};
  }
  bool InDomain(const rocksdb::Slice& key) const override {
    return key.ToStringView().find('\0') != std::string_view::npos;
  }
};

class background_failures final : public rocksdb::EventListener {
public:
  explicit background_failures(std::function<void(std::string)> tell) : tell_{std::move(tell)} {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason why, rocksdb::Status* what) override {
    if (why != rocksdb::BackgroundErrorReason::kWriteCallback) tell_(what->ToString());
  }
  /// A full disk it would try again by itself, and sync again what failed: invariant 2.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* automatically) override {
    *automatically = false;
  }

private:
  std::function<void(std::string)> tell_;
};

/// A reader writes nothing, not even what it has to say.
class silent_logger final : public rocksdb::Logger {
public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * 1024;
  table.format_version = 5;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

rocksdb::ColumnFamilyOptions stream_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  auto family = family_options(cache);
  family.prefix_extractor = std::make_shared<stream_prefix>();
  // Runs all span the same keys: tiered compaction rewrites them less often than levels would.
  family.compaction_style = rocksdb::kCompactionStyleUniversal;
  auto* table = family.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table->filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table->whole_key_filtering = false;
  return family;
}

rocksdb::ColumnFamilyOptions snapshot_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  auto family = family_options(cache);
  // Most streams that are recovered have none.
  auto* table = family.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table->filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return family;
}

rocksdb::DBOptions database_options(const rocksdb_options& how) {
  rocksdb::DBOptions all;
  all.create_if_missing = !how.read_only;
  all.create_missing_column_families = !how.read_only;
  if (how.environment) all.env = how.environment;
  // A failed write stays failed until the journal is closed and recovered: invariant 2.
  all.max_bgerror_resume_count = 0;
  // A torn tail was never acknowledged; anything else that is wrong in the log is damage.
  all.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  if (deliberate::commits("torn_tail_accepted"))
    all.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  if (deliberate::commits("damage_truncated_silently"))
    all.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  all.recycle_log_file_num = 0;
  all.track_and_verify_wals_in_manifest = true;
  // misses_log_of_tables() rests on it: only an opening begins a manifest.
  all.max_manifest_file_size = std::numeric_limits<std::uint64_t>::max();
  // Families that are seldom written would keep the oldest log, and all after it.
  all.max_total_wal_size = how.log_bytes;
  all.max_background_jobs = 2;
  // RocksDB starts so many threads for each family that it opens, however few its tables are: its
  // 16 were half of what opening a small journal cost.
  all.max_file_opening_threads = 2;
  all.keep_log_file_num = 2;
  all.max_log_file_size = 1024 * 1024;
  all.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  if (how.read_only) {
    all.max_open_files = -1;  // whatever the writer deletes then stays readable
    all.info_log = std::make_shared<silent_logger>();
  }
  return all;
}

std::shared_ptr<rocksdb::EventListener> failure_listener(std::function<void(std::string)> tell) {
  return std::make_shared<background_failures>(std::move(tell));
}

}  // namespace acta::internal
