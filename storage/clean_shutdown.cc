#include "storage/clean_shutdown.h"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/mutants.h"

namespace klamm::storage {
namespace {

constexpr uint64_t kFileSizeMax = 64 << 10;

std::string mark_path(const std::string& log_dir) {
  return fmt::format("{}/{}", log_dir, kCleanShutdownFile);
}

}  // namespace

std::string clean_shutdown_text(int64_t broker_epoch) {
  return fmt::format(R"({{"version":0,"brokerEpoch":{}}})", broker_epoch);
}

CleanShutdown parse_clean_shutdown(ByteView text) {
  boost::json::error_code failed;
  boost::json::value document = boost::json::parse(as_text(text), failed);
  if (failed || !document.is_object()) return {};
  const boost::json::value* epoch = document.as_object().if_contains("brokerEpoch");
  if (epoch == nullptr || !epoch->is_int64()) return {};
  return {epoch->as_int64()};
}

DiskResult<std::optional<CleanShutdown>> take_clean_shutdown(Disk& disk, const std::string& log_dir) {
  std::string path = mark_path(log_dir);
  auto text = read_file(disk, path, kFileSizeMax);
  if (!text && text.error().code == ENOENT) return std::optional<CleanShutdown>();
  // Even one that is too long to be ours stands for a clean shutdown.
  if (!text && text.error().code != EFBIG) return Error{text.error()};
  if (mutant::kCleanMarkStays && text) return std::optional<CleanShutdown>(parse_clean_shutdown(*text));
  if (auto done = disk.remove(path); !done) return Error{done.error()};
  if (auto done = disk.sync_directory(log_dir); !done) return Error{done.error()};
  return std::optional<CleanShutdown>(text ? parse_clean_shutdown(*text) : CleanShutdown());
}

DiskResult<> write_clean_shutdown(Disk& disk, const std::string& log_dir, int64_t broker_epoch) {
  return replace_file(disk, mark_path(log_dir), as_bytes(clean_shutdown_text(broker_epoch)));
}

int64_t previous_broker_epoch(std::span<const std::optional<CleanShutdown>> marks) {
  std::optional<int64_t> agreed;
  for (const auto& mark : marks) {
    if (!mark || !mark->broker_epoch) return -1;
    if (agreed && *agreed != *mark->broker_epoch) return -1;
    agreed = mark->broker_epoch;
  }
  return agreed.value_or(-1);
}

}  // namespace klamm::storage
