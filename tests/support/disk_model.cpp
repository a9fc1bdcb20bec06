#include "tests/support/disk_model.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace acta::testing {

namespace {

/// Bytes. Shorter than those of disks, since the records of tests are, too.
constexpr std::size_t sector = 64;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// How many of `all` things that come one after another survive.
std::size_t some_of(std::size_t all, survival beside, std::mt19937_64& chance) {
  switch (beside) {
    case survival::nothing: return 0;
    case survival::some:
    case survival::scattered: return static_cast<std::size_t>(chance() % (all + 1));
    case survival::everything: return all;
  }
  return 0;
}

/// What is left of a file's bytes.
std::string surviving_bytes(const disk_model::node& file, survival beside,
                            std::mt19937_64& chance) {
  auto left = file.bytes;
  if (beside != survival::scattered) {
    left.resize(file.synced + some_of(left.size() - file.synced, beside, chance));
    return left;
  }
  for (auto at = file.synced; at < left.size();) {
    const auto end = std::min(left.size(), (at / sector + 1) * sector);
    if (chance() % 2 == 0)
      std::fill(left.begin() + static_cast<std::ptrdiff_t>(at),
                left.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    at = end;
  }
  return left;
}

}  // namespace

disk_model::disk_model(const std::filesystem::path& root) : root_{root.lexically_normal()} {
  for (const auto& entry : std::filesystem::recursive_directory_iterator{root_}) {
    auto there = std::make_shared<node>();
    there->directory = entry.is_directory();
    if (!there->directory) there->bytes = bytes_of(entry.path());
    sync(*there);
    now_[entry.path()] = std::move(there);
  }
  synced_ = now_;
}

disk_model::node_ptr disk_model::find(const std::filesystem::path& path) const {
  const auto found = now_.find(path.lexically_normal());
  return found == now_.end() ? nullptr : found->second;
}

disk_model::node_ptr disk_model::create(const std::filesystem::path& path) {
  auto file = find(path);
  if (file) {
    truncate(*file, 0);
    return file;
  }
  file = std::make_shared<node>();
  apply({{path, file}});
  return file;
}

// That a file became shorter is taken to be kept at once: what was cut off nobody may count on.
void disk_model::truncate(node& file, std::size_t size) {
  file.bytes.resize(size);
  file.synced = std::min(file.synced, size);
}

void disk_model::sync(node& file) {
  if (!file.failed) file.synced = file.bytes.size();
}

void disk_model::make_directory(const std::filesystem::path& path) {
  if (find(path)) return;
  auto made = std::make_shared<node>();
  made->directory = true;
  apply({{path, std::move(made)}});
}

void disk_model::remove(const std::filesystem::path& path) { apply({{path, nullptr}}); }

void disk_model::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  apply({{to, find(from)}, {from, nullptr}});
}

void disk_model::link(const std::filesystem::path& from, const std::filesystem::path& to) {
  apply({{to, find(from)}});
}

void disk_model::apply(change what) {
  for (auto& [path, what_it_names] : what) path = path.lexically_normal();
  apply_to(now_, what);
  unsynced_.push_back(std::move(what));
}

void disk_model::apply_to(names& which, const change& what) {
  for (const auto& [path, named] : what) {
    if (named)
      which[path] = named;
    else
      which.erase(path);
  }
}

void disk_model::sync_directory(const std::filesystem::path& path) {
  const auto normal =
      (path / "any").lexically_normal().parent_path();  // without a slash at its end
  std::erase_if(unsynced_, [&](const change& one) {
    if (one.front().first.parent_path() != normal) return false;
    apply_to(synced_, one);
    return true;
  });
}

std::size_t disk_model::unsynced_bytes(std::string_view end) const {
  std::size_t sum = 0;
  for (const auto& [path, file] : now_)
    if (path.native().ends_with(end)) sum += file->bytes.size() - file->synced;
  return sum;
}

disk_model::names disk_model::surviving(survival beside, std::mt19937_64& chance) const {
  auto left = synced_;
  const auto kept = some_of(unsynced_.size(), beside, chance);
  for (std::size_t i = 0; i < kept; ++i) apply_to(left, unsynced_[i]);
  return left;
}

void disk_model::write_survivors(const std::filesystem::path& to, survival beside,
                                 std::uint64_t seed) const {
  std::mt19937_64 chance{seed};
  std::map<node_ptr, std::filesystem::path> written;
  std::filesystem::remove_all(to);
  std::filesystem::create_directories(to);
  // In the order of their names: a directory comes before what is in it.
  for (const auto& [path, what] : surviving(beside, chance)) {
    const auto place = to / path.lexically_relative(root_);
    if (!std::filesystem::exists(place.parent_path())) continue;  // lost with its directory
    if (what->directory) {
      std::filesystem::create_directory(place);
    } else if (const auto [first, is_new] = written.emplace(what, place); !is_new) {
      std::filesystem::create_hard_link(first->second, place);
    } else {
      std::ofstream{place, std::ios::binary} << surviving_bytes(*what, beside, chance);
    }
  }
}

}  // namespace acta::testing
