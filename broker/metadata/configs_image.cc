#include "broker/metadata/configs_image.h"

#include <utility>

#include "protocol/messages/config_record.h"

namespace klamm::broker {
namespace {

const ConfigOverrides kNone;

}  // namespace

const ConfigOverrides& ConfigsImage::of(ConfigResourceType type, std::string_view name) const {
  const ConfigOverrides* found = resources_.find(ConfigResource{type, std::string(name)});
  return found ? *found : kNone;
}

const std::string* ConfigsImage::find(ConfigResourceType type, std::string_view name,
                                      std::string_view key) const {
  return of(type, name).find(key);
}

Result<void, Failure> ConfigsImage::apply(const protocol::ConfigRecord& record) {
  ConfigResource resource{static_cast<ConfigResourceType>(record.resource_type),
                          std::string(record.resource_name)};
  ConfigOverrides overrides = of(resource.type, resource.name);
  if (record.value) {
    overrides.set(std::string(record.name), std::string(*record.value));
  } else {
    overrides.erase(record.name);
  }
  if (overrides.empty()) {
    resources_.erase(resource);
  } else {
    resources_.set(std::move(resource), std::move(overrides));
  }
  return {};
}

void ConfigsImage::remove_topic(std::string_view name) {
  resources_.erase(ConfigResource{ConfigResourceType::kTopic, std::string(name)});
}

}  // namespace klamm::broker
