#include "broker/metadata/idle_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace klamm::broker {

std::vector<std::string> idle_metadata(const ClusterImage& image, bool has_authorizer) {
  std::vector<std::string> lines;
  auto tell = [&](size_t count, std::string_view kind, std::string_view why) {
    if (count == 0) return;
    lines.push_back(
        fmt::format("{} in the cluster's metadata ({}) are kept, and not acted on: {}", kind,
                    count, why));
  };
  auto configured = [&](ConfigResourceType type) {
    const auto& resources = image.configs().resources();
    return static_cast<size_t>(
        std::count_if(resources.begin(), resources.end(),
                      [type](const auto& resource) { return resource.first.type == type; }));
  };
  if (!has_authorizer) {
    tell(image.acls().by_id().size(), "ACLs",
         "every client may do everything while authorizer.class.name is not set");
  }
  tell(image.delegation_tokens().tokens().size(), "delegation tokens", "delegation tokens come later");
  tell(configured(ConfigResourceType::kGroup), "settings of groups",
       "consumer, share and streams groups come later");
  return lines;
}

}  // namespace klamm::broker
