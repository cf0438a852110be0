// Generated from protocol/schema/09_offset_fetch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetFetchRequest {
  static constexpr int16_t kKey = 9;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 10;
  static constexpr int16_t kFlexibleFrom = 6;

  struct OffsetFetchRequestTopic {
    std::string_view name{};
    std::vector<int32_t> partition_indexes{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchRequestTopic&, const OffsetFetchRequestTopic&) = default;
  };

  struct OffsetFetchRequestTopics {
    std::string_view name{};
    Uuid topic_id{};
    std::vector<int32_t> partition_indexes{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchRequestTopics&, const OffsetFetchRequestTopics&) = default;
  };

  struct OffsetFetchRequestGroup {
    std::string_view group_id{};
    std::optional<std::string_view> member_id{};
    int32_t member_epoch = -1;
    std::optional<std::vector<OffsetFetchRequestTopics>> topics = std::vector<OffsetFetchRequestTopics>{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OffsetFetchRequestGroup&, const OffsetFetchRequestGroup&) = default;
  };

  std::string_view group_id{};
  std::optional<std::vector<OffsetFetchRequestTopic>> topics = std::vector<OffsetFetchRequestTopic>{};
  std::vector<OffsetFetchRequestGroup> groups{};
  bool require_stable = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetFetchRequest&, const OffsetFetchRequest&) = default;
};

}  // namespace klamm::protocol
