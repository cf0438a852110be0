// Generated from protocol/schema/03_metadata.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct MetadataRequest {
  static constexpr int16_t kKey = 3;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 13;
  static constexpr int16_t kFlexibleFrom = 9;

  struct MetadataRequestTopic {
    Uuid topic_id{};
    std::optional<std::string_view> name = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const MetadataRequestTopic&, const MetadataRequestTopic&) = default;
  };

  std::optional<std::vector<MetadataRequestTopic>> topics = std::vector<MetadataRequestTopic>{};
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const MetadataRequest&, const MetadataRequest&) = default;
};

}  // namespace klamm::protocol
