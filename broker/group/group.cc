#include "broker/group/group.h"

namespace klamm::broker::group {

std::string_view name_of(GroupType type) {
  switch (type) {
    case GroupType::kClassic:
      return "classic";
    case GroupType::kConsumer:
      return "consumer";
    case GroupType::kShare:
      return "share";
    case GroupType::kStreams:
      return "streams";
  }
  return "unknown";
}

}  // namespace klamm::broker::group
