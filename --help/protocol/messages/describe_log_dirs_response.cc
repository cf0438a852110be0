// Generated from protocol/schema/35_describe_log_dirs.kmsg; not to be edited.
#include "protocol/messages/describe_log_dirs_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeLogDirsResponse::DescribeLogDirsPartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  partition_size = reader.i64();
  offset_lag = reader.i64();
  is_future_key = reader.boolean();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeLogDirsResponse::DescribeLogDirsPartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i64(partition_size);
  writer.i64(offset_lag);
  writer.boolean(is_future_key);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeLogDirsResponse::DescribeLogDirsTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 2 ? 22 : 21, sizeof(DescribeLogDirsPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeLogDirsResponse::DescribeLogDirsTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeLogDirsResponse::DescribeLogDirsResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  error_code = reader.i16();
  log_dir = reader.string(flexible);
  topics.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(DescribeLogDirsTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 4) {
    total_bytes = reader.i64();
  }
  if (version >= 4) {
    usable_bytes = reader.i64();
  }
  if (version >= 5) {
    is_cordoned = reader.boolean();
  }
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeLogDirsResponse::DescribeLogDirsResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.string(flexible, log_dir);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 4) {
    writer.i64(total_bytes);
  }
  if (version >= 4) {
    writer.i64(usable_bytes);
  }
  if (version >= 5) {
    writer.boolean(is_cordoned);
  }
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeLogDirsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeLogDirsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  if (version >= 3) {
    error_code = reader.i16();
  }
  results.resize(reader.array(flexible, version >= 5 ? 22 : version >= 4 ? 21 : version >= 2 ? 5 : 8, sizeof(DescribeLogDirsResult)));
  for (auto& element : results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeLogDirsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  if (version >= 3) {
    writer.i16(error_code);
  }
  writer.array(flexible, results.size());
  for (const auto& element : results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_describe_log_dirs_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeLogDirsResponse>(in, version, out);
}

}  // namespace klamm::protocol
