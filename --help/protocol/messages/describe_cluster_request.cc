// Generated from protocol/schema/60_describe_cluster.kmsg; not to be edited.
#include "protocol/messages/describe_cluster_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeClusterRequest::read(Reader& reader, int16_t version) {
  *this = DescribeClusterRequest{};
  include_cluster_authorized_operations = reader.boolean();
  if (version >= 1) {
    endpoint_type = reader.i8();
  }
  if (version >= 2) {
    include_fenced_brokers = reader.boolean();
  }
  reader.skip_tags();
}

void DescribeClusterRequest::write(Writer& writer, int16_t version) const {
  writer.boolean(include_cluster_authorized_operations);
  if (version >= 1) {
    writer.i8(endpoint_type);
  }
  if (version >= 2) {
    writer.boolean(include_fenced_brokers);
  }
  writer.no_tags();
}

bool recode_describe_cluster_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeClusterRequest>(in, version, out);
}

}  // namespace klamm::protocol
