#include "broker/config/descriptors.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <climits>

namespace klamm::broker {

uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

namespace {

// The last segment and its two indexes; and one more, for a reader of an older segment.
constexpr uint64_t kFilesOfPartition = 4;
constexpr uint64_t kDescriptorsOfMetadata = 64;

}  // namespace

Result<void, Failure> check_descriptor_limit(uint64_t limit) {
  if (limit >= kDescriptorsMin) return {};
  return Error{
      Failure{fmt::format("only {} files may be open at once; a node needs {} and more: raise it with {}",
                          limit, kDescriptorsMin, kDescriptorsRemedy)}};
}

std::optional<Notice> check_descriptors_for(uint64_t limit, uint64_t partitions) {
  const uint64_t needed = kDescriptorsMin + kFilesOfPartition * partitions;
  if (limit >= needed) return std::nullopt;
  return Notice{
      LogLevel::kWarn,
      fmt::format("{} files may be open at once, but {} partitions and some connections may take {}: "
                  "raise it with {}",
                  limit, partitions, needed, kDescriptorsRemedy)};
}

int descriptor_ceiling() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return INT_MAX;
  const rlim_t most = std::min<rlim_t>(limit.rlim_cur, INT_MAX);
  return static_cast<int>(most - std::min<rlim_t>(most / 4, kDescriptorsOfMetadata));
}

int32_t connections_beside(uint64_t limit, uint64_t replicas) {
  const uint64_t kept = kDescriptorsReserved + kFilesOfPartition * replicas;
  const uint64_t left = std::max(limit / 4, limit > kept ? limit - kept : 0);
  return static_cast<int32_t>(std::min<uint64_t>(left, INT32_MAX));
}

}  // namespace klamm::broker
