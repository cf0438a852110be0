// Generated from protocol/schema/77_share_group_describe.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareGroupDescribeResponse {
  static constexpr int16_t kKey = 77;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct TopicPartitions {
    Uuid topic_id{};
    std::string_view topic_name{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicPartitions&, const TopicPartitions&) = default;
  };

  struct Assignment {
    std::vector<TopicPartitions> topic_partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Assignment&, const Assignment&) = default;
  };

  struct Member {
    std::string_view member_id{};
    std::optional<std::string_view> rack_id{};
    int32_t member_epoch = 0;
    std::string_view client_id{};
    std::string_view client_host{};
    std::vector<std::string_view> subscribed_topic_names{};
    Assignment assignment{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Member&, const Member&) = default;
  };

  struct DescribedGroup {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};
    std::string_view group_id{};
    std::string_view group_state{};
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::string_view assignor_name{};
    std::vector<Member> members{};
    int32_t authorized_operations = INT32_MIN;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribedGroup&, const DescribedGroup&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareGroupDescribeResponse&, const ShareGroupDescribeResponse&) = default;
};

}  // namespace klamm::protocol
