#include "protocol/frame.h"

#include <limits>

#include "base/check.h"

namespace klamm::protocol {
namespace {

constexpr int16_t kApiVersions = 18;

bool has_tags_in_response_header(int16_t api_key, int16_t api_version) {
  return api_key != kApiVersions && is_flexible(api_key, api_version);
}

}  // namespace

void RequestHeader::read(Reader& reader) {
  api_key = reader.i16();
  api_version = reader.i16();
  correlation_id = reader.i32();
  // The client id kept its old form in flexible headers, so that any broker can find the correlation id.
  client_id = reader.nullable_string(false);
  if (is_flexible(api_key, api_version)) reader.skip_tags();
}

void RequestHeader::write(Writer& writer) const {
  writer.i16(api_key);
  writer.i16(api_version);
  writer.i32(correlation_id);
  writer.nullable_string(false, client_id);
  if (is_flexible(api_key, api_version)) writer.no_tags();
}

void write_response_header(Writer& writer, int16_t api_key, int16_t api_version, int32_t correlation_id) {
  writer.i32(correlation_id);
  if (has_tags_in_response_header(api_key, api_version)) writer.no_tags();
}

int32_t read_response_header(Reader& reader, int16_t api_key, int16_t api_version) {
  int32_t correlation_id = reader.i32();
  if (has_tags_in_response_header(api_key, api_version)) reader.skip_tags();
  return correlation_id;
}

size_t begin_frame(Bytes& out) {
  out.resize(out.size() + sizeof(int32_t));
  return out.size();
}

void end_frame(Bytes& out, size_t start, const std::vector<Splice>& splices) {
  size_t size = out.size() - start;
  for (const Splice& splice : splices) size += splice.size;
  KLAMM_CHECK(size <= static_cast<size_t>(std::numeric_limits<int32_t>::max()));
  store_be32(out.data() + start - sizeof(int32_t), static_cast<uint32_t>(size));
}

}  // namespace klamm::protocol
