// Generated from protocol/schema/60_describe_cluster.kmsg; not to be edited.
#include "protocol/messages/describe_cluster_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeClusterResponse::DescribeClusterBroker::read(Reader& reader, int16_t version) {
  broker_id = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  rack = reader.nullable_string(true);
  if (version >= 2) {
    is_fenced = reader.boolean();
  }
  reader.skip_tags();
}

void DescribeClusterResponse::DescribeClusterBroker::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  writer.string(true, host);
  writer.i32(port);
  writer.nullable_string(true, rack);
  if (version >= 2) {
    writer.boolean(is_fenced);
  }
  writer.no_tags();
}

void DescribeClusterResponse::read(Reader& reader, int16_t version) {
  *this = DescribeClusterResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  if (version >= 1) {
    endpoint_type = reader.i8();
  }
  cluster_id = reader.string(true);
  controller_id = reader.i32();
  brokers.resize(reader.array(true, version >= 2 ? 12 : 11, sizeof(DescribeClusterBroker)));
  for (auto& element : brokers) element.read(reader, version);
  cluster_authorized_operations = reader.i32();
  reader.skip_tags();
}

void DescribeClusterResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  if (version >= 1) {
    writer.i8(endpoint_type);
  }
  writer.string(true, cluster_id);
  writer.i32(controller_id);
  writer.array(true, brokers.size());
  for (const auto& element : brokers) element.write(writer, version);
  writer.i32(cluster_authorized_operations);
  writer.no_tags();
}

bool recode_describe_cluster_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeClusterResponse>(in, version, out);
}

}  // namespace klamm::protocol
