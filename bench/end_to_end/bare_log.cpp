#include "bench/end_to_end/bare_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace acta::bench {

double bare_log(const std::filesystem::path& directory, std::size_t records) {
  constexpr std::size_t record_bytes = 150;
  constexpr std::size_t records_per_sync = 1000;
  const auto path = directory / "bare.log";
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0) throw std::runtime_error{"cannot write " + path.string()};
  const std::vector<char> batch(record_bytes * records_per_sync, 'x');
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t done = 0; done < records; done += records_per_sync)
    if (::write(file, batch.data(), batch.size()) != static_cast<ssize_t>(batch.size()) ||
        ::fdatasync(file) != 0)
      throw std::runtime_error{"writing the bare log failed"};
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ::close(file);
  std::filesystem::remove(path);
  return static_cast<double>(records) / took.count();
}

}  // namespace acta::bench
