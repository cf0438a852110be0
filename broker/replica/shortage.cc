#include "broker/replica/shortage.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "broker/config/descriptors.h"

namespace klamm::broker {

Shortage::Shortage(const Clock& clock, Say say) : clock_(clock), say_(std::move(say)) {}

void Shortage::log(LogLevel level, const std::string& line) { log_line(level, line, __FILE__); }

bool Shortage::Want::begins(int64_t now_ms) {
  last_ms = now_ms;
  ++refused;
  return !std::exchange(lasts, true);
}

bool Shortage::Want::ends(int64_t now_ms) {
  if (!lasts || now_ms - last_ms < kQuietMs) return false;
  lasts = false;
  return true;
}

void Shortage::on_refused(const storage::DiskError& error) {
  const bool is_descriptors = is_out_of_descriptors(error);
  {
    absl::MutexLock lock(&mutex_);
    if (!(is_descriptors ? descriptors_ : space_).begins(clock_.monotonic_ms())) return;
    any_lasts_ = true;
  }
  if (is_descriptors) {
    say_(LogLevel::kError,
         fmt::format("no more files may be open at once, and what needs one is refused or waits: {}: raise "
                     "the limit with {}",
                     error.what, kDescriptorsRemedy));
  } else {
    say_(LogLevel::kError,
         fmt::format("a log directory is full, and what needs room there is refused or waits: {}",
                     error.what));
  }
}

void Shortage::on_written() {
  if (!any_lasts_.load(std::memory_order_relaxed)) return;
  std::vector<std::string> lines;
  {
    absl::MutexLock lock(&mutex_);
    const int64_t now_ms = clock_.monotonic_ms();
    if (space_.ends(now_ms)) {
      lines.push_back(fmt::format("the log directories have room again, which was wanting {} times",
                                  std::exchange(space_.refused, 0)));
    }
    if (descriptors_.ends(now_ms)) {
      lines.push_back(fmt::format("files can be opened again, which was refused {} times",
                                  std::exchange(descriptors_.refused, 0)));
    }
    any_lasts_ = space_.lasts || descriptors_.lasts;
  }
  for (const std::string& line : lines) say_(LogLevel::kInfo, line);
}

}  // namespace klamm::broker
