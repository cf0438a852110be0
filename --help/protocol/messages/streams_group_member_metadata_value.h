// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupMemberMetadataValue {
  static constexpr int16_t kKey = 19;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Endpoint {
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };

  struct KeyValue {
    std::string_view key{};
    std::string_view value{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const KeyValue&, const KeyValue&) = default;
  };

  std::optional<std::string_view> instance_id = std::string_view{};
  std::optional<std::string_view> rack_id = std::string_view{};
  std::string_view client_id{};
  std::string_view client_host{};
  int32_t rebalance_timeout_ms = -1;
  int32_t topology_epoch = 0;
  std::string_view process_id{};
  std::optional<Endpoint> user_endpoint{};
  std::vector<KeyValue> client_tags{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupMemberMetadataValue&, const StreamsGroupMemberMetadataValue&) = default;
};

}  // namespace klamm::protocol
