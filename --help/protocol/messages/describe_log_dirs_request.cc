// Generated from protocol/schema/35_describe_log_dirs.kmsg; not to be edited.
#include "protocol/messages/describe_log_dirs_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeLogDirsRequest::DescribableLogDirTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  topic = reader.string(flexible);
  partitions.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeLogDirsRequest::DescribableLogDirTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, topic);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeLogDirsRequest::read(Reader& reader, int16_t version) {
  *this = DescribeLogDirsRequest{};
  const bool flexible = version >= 2;
  topics.reset();
  if (auto count = reader.nullable_array(flexible, version >= 2 ? 3 : 6, sizeof(DescribableLogDirTopic))) {
    topics.emplace(*count);
    for (auto& element : *topics) element.read(reader, version);
  }
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeLogDirsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  if (topics) {
    writer.array(flexible, topics->size());
    for (const auto& element : *topics) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_describe_log_dirs_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeLogDirsRequest>(in, version, out);
}

}  // namespace klamm::protocol
