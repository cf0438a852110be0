#include "broker/config/descriptors.h"

#include <fmt/format.h>
#include <sys/resource.h>

namespace klamm::broker {

uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

Result<std::vector<Notice>, Failure> check_descriptor_limit(uint64_t limit) {
  constexpr std::string_view kRemedy =
      "LimitNOFILE in a systemd unit, --ulimit nofile of a container, or ulimit -n before the start";
  if (limit < kDescriptorsMin) {
    return Error{
        Failure{fmt::format("only {} files may be open at once; a node needs {} and more: raise it with {}",
                            limit, kDescriptorsMin, kRemedy)}};
  }
  std::vector<Notice> notices;
  if (limit < kDescriptorsComfortable) {
    notices.push_back(
        {LogLevel::kWarn,
         fmt::format("{} files may be open at once; each connection takes one and each busy partition "
                     "three, {} are comfortable: raise it with {}",
                     limit, kDescriptorsComfortable, kRemedy)});
  }
  return notices;
}

}  // namespace klamm::broker
