// Generated from protocol/schema/88_streams_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/streams_group_heartbeat_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupHeartbeatResponse::Status::read(Reader& reader, int16_t) {
  status_code = reader.i8();
  status_detail = reader.string(true);
  reader.skip_tags();
}

void StreamsGroupHeartbeatResponse::Status::write(Writer& writer, int16_t) const {
  writer.i8(status_code);
  writer.string(true, status_detail);
  writer.no_tags();
}

void StreamsGroupHeartbeatResponse::TopicPartition::read(Reader& reader, int16_t) {
  topic = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void StreamsGroupHeartbeatResponse::TopicPartition::write(Writer& writer, int16_t) const {
  writer.string(true, topic);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void StreamsGroupHeartbeatResponse::TaskIds::read(Reader& reader, int16_t) {
  subtopology_id = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void StreamsGroupHeartbeatResponse::TaskIds::write(Writer& writer, int16_t) const {
  writer.string(true, subtopology_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void StreamsGroupHeartbeatResponse::Endpoint::read(Reader& reader, int16_t) {
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void StreamsGroupHeartbeatResponse::Endpoint::write(Writer& writer, int16_t) const {
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void StreamsGroupHeartbeatResponse::EndpointToPartitions::read(Reader& reader, int16_t version) {
  user_endpoint.read(reader, version);
  active_partitions.resize(reader.array(true, 3, sizeof(TopicPartition)));
  for (auto& element : active_partitions) element.read(reader, version);
  standby_partitions.resize(reader.array(true, 3, sizeof(TopicPartition)));
  for (auto& element : standby_partitions) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupHeartbeatResponse::EndpointToPartitions::write(Writer& writer, int16_t version) const {
  user_endpoint.write(writer, version);
  writer.array(true, active_partitions.size());
  for (const auto& element : active_partitions) element.write(writer, version);
  writer.array(true, standby_partitions.size());
  for (const auto& element : standby_partitions) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupHeartbeatResponse::read(Reader& reader, int16_t version) {
  *this = StreamsGroupHeartbeatResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  member_id = reader.string(true);
  member_epoch = reader.i32();
  heartbeat_interval_ms = reader.i32();
  acceptable_recovery_lag = reader.i32();
  task_offset_interval_ms = reader.i32();
  status.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(Status))) {
    status.emplace(*count);
    for (auto& element : *status) element.read(reader, version);
  }
  active_tasks.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(TaskIds))) {
    active_tasks.emplace(*count);
    for (auto& element : *active_tasks) element.read(reader, version);
  }
  standby_tasks.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(TaskIds))) {
    standby_tasks.emplace(*count);
    for (auto& element : *standby_tasks) element.read(reader, version);
  }
  warmup_tasks.reset();
  if (auto count = reader.nullable_array(true, 3, sizeof(TaskIds))) {
    warmup_tasks.emplace(*count);
    for (auto& element : *warmup_tasks) element.read(reader, version);
  }
  endpoint_information_epoch = reader.i32();
  partitions_by_user_endpoint.reset();
  if (auto count = reader.nullable_array(true, 7, sizeof(EndpointToPartitions))) {
    partitions_by_user_endpoint.emplace(*count);
    for (auto& element : *partitions_by_user_endpoint) element.read(reader, version);
  }
  reader.skip_tags();
}

void StreamsGroupHeartbeatResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.string(true, member_id);
  writer.i32(member_epoch);
  writer.i32(heartbeat_interval_ms);
  writer.i32(acceptable_recovery_lag);
  writer.i32(task_offset_interval_ms);
  if (status) {
    writer.array(true, status->size());
    for (const auto& element : *status) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (active_tasks) {
    writer.array(true, active_tasks->size());
    for (const auto& element : *active_tasks) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (standby_tasks) {
    writer.array(true, standby_tasks->size());
    for (const auto& element : *standby_tasks) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  if (warmup_tasks) {
    writer.array(true, warmup_tasks->size());
    for (const auto& element : *warmup_tasks) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.i32(endpoint_information_epoch);
  if (partitions_by_user_endpoint) {
    writer.array(true, partitions_by_user_endpoint->size());
    for (const auto& element : *partitions_by_user_endpoint) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

bool recode_streams_group_heartbeat_response(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupHeartbeatResponse>(in, version, out);
}

}  // namespace klamm::protocol
